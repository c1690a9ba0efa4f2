import type { DevicePort } from "../../transport/loopback.js";
import { withCrc, type CrcBytes } from "../checksum.js";

/** The device's way out: adds checksums and suffers what is ordered against the link. */
export class Radio {
  /** Off after every disconnect. */
  crcBytes: CrcBytes = 0;
  /** Nothing gets through in either direction. */
  isSilent = false;
  /** Each byte goes out on its own. */
  isSplit = false;
  readonly #port: DevicePort;

  constructor(port: DevicePort) {
    this.#port = port;
  }

  /** Sends one message with its checksum; false when it cannot arrive. */
  message(message: Uint8Array): boolean {
    return this.raw(withCrc(message, this.crcBytes));
  }

  /** Sends bytes as they are; false when they cannot arrive. */
  raw(bytes: Uint8Array): boolean {
    if (this.isSilent) return false;
    if (!this.isSplit) return this.#port.send(bytes);
    let isTaken = true;
    for (let at = 0; at < bytes.length; at++) isTaken = this.#port.send(bytes.subarray(at, at + 1)) && isTaken;
    return isTaken;
  }
}
