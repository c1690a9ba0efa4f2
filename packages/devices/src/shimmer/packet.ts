import { DeviceError } from "../errors.js";
import type { WireKind } from "./channels.js";
import type { StreamPlan } from "./stream-plan.js";

/** Numbers the decoder switches on; a table of closures would be slower and no clearer. */
const KIND_CODE: Readonly<Record<WireKind, number>> = {
  u16le: 0,
  i16le: 1,
  gsr: 2,
  i16be: 3,
  u16be: 4,
  u8: 5,
  u24le: 6,
  u24be: 7,
  i24le: 8,
  i24be: 9,
  i12left: 10,
};
const GSR_CODE = KIND_CODE.gsr;

/** Puts the channels of one packet into a row of the raw columns; made once for a stream plan. */
export class PacketReader {
  readonly #packetBytes: number;
  readonly #codes: Uint8Array;
  readonly #offsets: Uint8Array;
  readonly #columns: readonly Float64Array[];
  readonly #ranges: Float64Array | undefined;

  /** @param columnOf the working column of a raw channel's name */
  constructor(plan: StreamPlan, columnOf: (name: string) => Float64Array) {
    this.#packetBytes = plan.packetBytes;
    this.#codes = Uint8Array.from(plan.wire, (channel) => KIND_CODE[channel.kind]);
    this.#offsets = new Uint8Array(plan.wire.length);
    let offset = 1 + plan.tickBytes;
    for (const [index, channel] of plan.wire.entries()) {
      this.#offsets[index] = offset;
      offset += channel.widthBytes;
    }
    this.#columns = plan.wire.map((channel) => columnOf(`${channel.base}_counts`));
    this.#ranges = plan.wire.some((channel) => channel.kind === "gsr") ? columnOf("gsr_range") : undefined;
  }

  /** @throws DeviceError `SHIMMER_PACKET_MALFORMED`: fewer bytes than a packet has */
  read(bytes: Uint8Array, at: number, row: number): void {
    if (at + this.#packetBytes > bytes.length) {
      throw new DeviceError("SHIMMER_PACKET_MALFORMED", {
        gotBytes: bytes.length - at,
        expectedBytes: this.#packetBytes,
      });
    }
    for (let index = 0; index < this.#codes.length; index++) {
      const code = this.#codes[index]!;
      const value = readValue(code, bytes, at + this.#offsets[index]!);
      if (code === GSR_CODE) {
        this.#ranges![row] = value >> 14;
        this.#columns[index]![row] = value & 0x0fff;
      } else {
        this.#columns[index]![row] = value;
      }
    }
  }
}

function readValue(code: number, bytes: Uint8Array, at: number): number {
  const a = bytes[at]!;
  if (code === 5) return a;
  const b = bytes[at + 1]!;
  switch (code) {
    case 1:
      return ((a | (b << 8)) << 16) >> 16;
    case 3:
      return ((b | (a << 8)) << 16) >> 16;
    case 4:
      return (a << 8) | b;
    case 6:
      return a | (b << 8) | (bytes[at + 2]! << 16);
    case 7:
      return (a << 16) | (b << 8) | bytes[at + 2]!;
    case 8:
      return ((a << 8) | (b << 16) | (bytes[at + 2]! << 24)) >> 8;
    case 9:
      return ((a << 24) | (b << 16) | (bytes[at + 2]! << 8)) >> 8;
    case 10:
      return (((a << 4) | (b >> 4)) << 20) >> 20;
    default:
      return a | (b << 8);
  }
}
