import { hash } from "node:crypto";
import type { Sha256 } from "../format/log-line.js";

/** SHA-256 as lower-case hex, by the one-shot call: half the cost of a hash object. */
export const sha256: Sha256 = (bytes) => hash("sha256", bytes, "hex");
