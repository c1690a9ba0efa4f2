import { plainReason } from "@polychron/protocol";
import { isSessionId } from "@polychron/session/format";
import { z } from "zod";
import { ServiceError } from "../errors.js";

const uploadMetadata = z.object({
  session: z.string().refine(isSessionId, "is not the id of a session"),
  file_id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "is not the id of a file"),
});

/** The file that an upload is for; whose it is, only the token says. */
export interface UploadAddress {
  readonly session: string;
  readonly fileId: string;
}

/** What `Upload-Metadata` names; other keys, which clients add, do not matter. Throws `REQUEST_INVALID`. */
export function readMetadata(metadata: Readonly<Record<string, string | null>> | undefined): UploadAddress {
  const parsed = uploadMetadata.safeParse(metadata ?? {});
  if (parsed.success) return { session: parsed.data.session, fileId: parsed.data.file_id };
  throw new ServiceError("REQUEST_INVALID", { reason: plainReason(parsed.error) });
}

/** The last part of an upload's URL: the same file has the same one, for a client that lost it and for a hub that was killed. */
export function writeAddress({ session, fileId }: UploadAddress): string {
  // Both are ASCII, so that the plain base64 of browsers serves.
  return btoa(`${session}/${fileId}`).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The file that the last part of a URL stands for; undefined for one that `writeAddress` never wrote. */
export function readAddress(id: string): UploadAddress | undefined {
  if (!/^[A-Za-z0-9_-]{4,256}$/.test(id)) return undefined;
  const [session, file_id, ...more] = decoded(id).split("/");
  const parsed = uploadMetadata.safeParse({ session, file_id });
  if (more.length > 0 || !parsed.success) return undefined;
  const address = { session: parsed.data.session, fileId: parsed.data.file_id };
  return writeAddress(address) === id ? address : undefined;
}

function decoded(id: string): string {
  const isPossible = id.length % 4 !== 1;
  return isPossible ? atob(id.replaceAll("-", "+").replaceAll("_", "/")) : "";
}
