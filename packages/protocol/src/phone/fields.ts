import { z } from "zod";

/** A word that may become part of a file's name. */
export const name = z.string().regex(/^[a-z0-9][a-z0-9_]{0,39}$/);
/** A name that the phone gives to something of its own. */
export const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
/** Words for people. */
export const text = z.string().max(200);
/** How many of something, or the number of one of them, from 0. */
export const count = z.int().nonnegative();
/** A time or a duration. */
export const seconds = z.number();
/** A SHA-256 in hexadecimal. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
