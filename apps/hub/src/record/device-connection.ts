import type { Candidate } from "@polychron/devices";
import type { JsonObject } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { z } from "zod";
import { ServiceError } from "../errors.js";
import type { LiveDevice } from "./live-device.js";

/** Where a device was reached, as its entry in the metadata keeps it beside the fields of the format. */
const connection = z.looseObject({
  connection: z.looseObject({ family: z.string(), address: z.string(), found_as: z.string().optional() }),
});

/** What a session remembers of the way to a device. */
export interface Connection {
  readonly family: string;
  readonly address: string;
  /** The name under which a scan found it, without its address. */
  readonly found_as?: string | undefined;
}

/** The way to a connected device, to be remembered. */
export function connectionTo({ candidate, identity }: LiveDevice): JsonObject {
  const { family, address } = candidate;
  return { family, address, found_as: foundAs(candidate), label: identity.label };
}

/** Where a device of this session was reached last. Throws `DEVICE_NOT_FOUND`. */
export function connectionOf(session: OpenSession, device: string): Connection {
  const entry = connection.safeParse(session.metadata.devices[device]);
  if (!entry.success) throw new ServiceError("DEVICE_NOT_FOUND", { device });
  return entry.data.connection;
}

/** The address to try now: ports are numbered anew at every pairing, so a candidate of the same name goes before the old port. */
export function addressNow({ family, address, found_as: name }: Connection, candidates: readonly Candidate[]): string {
  const own = candidates.filter((candidate) => candidate.family === family);
  if (own.some((candidate) => candidate.address === address && foundAs(candidate) === name)) return address;
  return own.find((candidate) => foundAs(candidate) === name)?.address ?? address;
}

function foundAs({ label, address }: Pick<Candidate, "label" | "address">): string {
  return label.replace(` (${address})`, "");
}
