import { randomBytes } from "node:crypto";

/** Text of `[0-9a-f]` that no other process draws at the same time: part of the name of what is not finished yet. */
export function nextRandomName(): string {
  return randomBytes(8).toString("hex");
}
