import { withCrc } from "../checksum.js";
import { noise32 } from "./noise.js";
import type { MadePacket } from "./packet-source.js";
import type { Radio } from "./radio.js";
import type { Fate, TruthListener } from "./truth.js";
import type { Uptime } from "./uptime.js";

/** Faults that strike single packets. */
export type StrikeKind = "drop" | "cut" | "flip" | "junk";

interface OutletStream {
  readonly start: number;
  readonly power: number;
  readonly channelsAt: number;
  readonly names: readonly string[];
}

interface Pending {
  readonly packet: MadePacket;
  readonly fate: Fate;
}

/**
 * Sends packets, several at a time as a radio does, and tells what became of each. A cut or flip hits the channels
 * only: so exactly one sample is damaged, and which one is known.
 */
export class Outlet {
  /** Which stream the packets belong to, where their channels begin, what they are called. */
  stream: OutletStream = { start: 0, power: 0, channelsAt: 4, names: [] };
  readonly #radio: Radio;
  readonly #uptime: Uptime;
  readonly #seed: number;
  readonly #onTruth: TruthListener;
  readonly #left: Record<StrikeKind, number> = { drop: 0, cut: 0, flip: 0, junk: 0 };
  #bytes: number[] = [];
  #pending: Pending[] = [];
  #strikes = 0;

  constructor(
    { radio, uptime }: { readonly radio: Radio; readonly uptime: Uptime },
    seed: number,
    onTruth: TruthListener,
  ) {
    this.#radio = radio;
    this.#uptime = uptime;
    this.#seed = seed;
    this.#onTruth = onTruth;
  }

  /** The next `count` packets suffer this; of junk, `count` bytes follow the next packet. */
  strike(kind: StrikeKind, count: number): void {
    this.#left[kind] += count;
  }

  /** Takes a packet; it leaves with the next `flush`. */
  put(packet: MadePacket): void {
    const wire = [...withCrc(packet.bytes, this.#radio.crcBytes)];
    this.#pending.push({ packet, fate: this.#suffer(wire) });
    this.#bytes.push(...wire);
  }

  /** Sends what has gathered. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const isTaken = this.#radio.raw(Uint8Array.from(this.#bytes));
    const { start, power, names } = this.stream;
    for (const { packet, fate } of this.#pending) {
      const { ticks, words } = packet;
      const hubUs = this.#uptime.usAt(ticks);
      this.#onTruth({ start, power, ticks, hubUs, names, words, fate: isTaken ? fate : "dropped" });
    }
    this.#bytes = [];
    this.#pending = [];
  }

  #suffer(wire: number[]): Fate {
    if (this.#isStruck("drop")) {
      wire.length = 0;
      return "dropped";
    }
    const channelBytes = wire.length - this.#radio.crcBytes - this.stream.channelsAt;
    const place = this.stream.channelsAt + (noise32(this.#seed, this.#strikes) % Math.max(1, channelBytes));
    if (this.#isStruck("cut")) {
      wire.splice(place, 1);
      return "damaged";
    }
    if (this.#isStruck("flip")) {
      wire[place] = wire[place]! ^ (1 << (noise32(this.#seed, -this.#strikes) & 7));
      return "damaged";
    }
    return this.#appendJunk(wire);
  }

  /** Without checksums a receiver cannot tell a packet that foreign bytes follow from one that lost its end. */
  #appendJunk(wire: number[]): Fate {
    const count = this.#left.junk;
    if (count === 0) return "sent";
    this.#left.junk = 0;
    wire.push(...junkBytes(count));
    return this.#radio.crcBytes > 0 ? "sent" : "damaged";
  }

  #isStruck(kind: StrikeKind): boolean {
    if (this.#left[kind] === 0) return false;
    this.#left[kind] -= 1;
    this.#strikes += 1;
    return true;
  }
}

/** Text such as radios write of their state. */
export function junkBytes(count: number): Uint8Array {
  const text = "%CONNECT,0006667D3A5F,0%REBOOT%STATUS,OK";
  return Uint8Array.from({ length: count }, (_, at) => text.charCodeAt(at % text.length));
}
