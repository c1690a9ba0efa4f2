import { StreamDecoder, withCrc, type DecoderOptions } from "@polychron/devices";
import { gsrMicroSiemens, GSR_AUTO_RANGE, GSR_PLUS } from "@polychron/devices/formulas";
import type { SampleBlock } from "@polychron/session/model";

const PACKETS = 1_000_000;
const PACKET_BYTES = 8;
const CHUNK_BYTES = 64;
const STEP_TICKS = 64;
const ROUNDS = 7;
const LOWEST_PACKETS_PER_S = 1_500_000;

/** Period 64 ticks (512 Hz), PPG and GSR, automatic range, expansion power on. */
const INQUIRY = Uint8Array.of(STEP_TICKS, 0, 0x50, 0x9b, 0x39, 0x09, 2, 1, 0x12, 0x1c);
const FACTS: DecoderOptions["facts"] = {
  hardware: 3,
  firmware: { id: 3, major: 1, minor: 1, internal: 2 },
  mac: "0006667d3a5f",
  board: { id: 48, revision: 5, special: 0 },
  calibration: undefined,
};
const COUNTS_SUM = Array.from({ length: PACKETS }, (_, index) => words(index).gsr & 0x0fff).reduce((a, b) => a + b);

/** What `npm run bench -- shimmer-decode` prints; rates in packets a second on one core, medians of the rounds. */
export interface ShimmerDecodeResult {
  readonly name: "shimmer-decode";
  readonly packets: number;
  readonly packetBytes: number;
  readonly chunkBytes: number;
  /** Chunks to blocks with calibrated columns, without checksums: every packet is judged by its successor. */
  readonly packetsPerS: number;
  /** The same with two-byte checksums. */
  readonly checkedPacketsPerS: number;
  /** A bare loop that knows where every packet begins, copies its fields and computes the same conductance. */
  readonly floorPacketsPerS: number;
  /** Time of the floor divided by the decoder's: 1 = as fast as the bare loop. */
  readonly ratio: number;
  /** At least 1 500 000 packets a second are required. */
  readonly ok: boolean;
}

/** A Shimmer3's GSR and PPG packets in 64-byte chunks to calibrated blocks, resync on. */
export async function run(): Promise<ShimmerDecodeResult> {
  const plain = packets(0);
  const checked = packets(2);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    floorS: bareLoop(plain),
    plainS: decode(plain, 0),
    checkedS: decode(checked, 2),
  }));
  // The first round compiles.
  const [floorS, plainS, checkedS] = (["floorS", "plainS", "checkedS"] as const).map((key) =>
    median(rounds.slice(1).map((round) => round[key])),
  ) as [number, number, number];
  const packetsPerS = Math.round(PACKETS / plainS);
  return {
    name: "shimmer-decode",
    packets: PACKETS,
    packetBytes: PACKET_BYTES,
    chunkBytes: CHUNK_BYTES,
    packetsPerS,
    checkedPacketsPerS: Math.round(PACKETS / checkedS),
    floorPacketsPerS: Math.round(PACKETS / floorS),
    ratio: floorS / plainS,
    ok: packetsPerS >= LOWEST_PACKETS_PER_S,
  };
}

/** Seconds to decode all chunks; throws if a single value is not what was sent. */
function decode(bytes: Uint8Array, crcBytes: 0 | 2): number {
  const sum = { packets: 0, counts: 0 };
  const decoder: StreamDecoder = new StreamDecoder({
    inquiry: INQUIRY,
    facts: FACTS,
    crcBytes,
    onBlock: (block) => tally(block, countsAt, sum),
    onGap: () => {
      throw new Error("the decoder saw a gap where there is none");
    },
  });
  const countsAt = decoder.plan.info.channels.findIndex((channel) => channel.name === "gsr_counts");
  const fromNs = process.hrtime.bigint();
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    decoder.push(bytes.subarray(at, at + CHUNK_BYTES), at);
  }
  decoder.end(bytes.length);
  const tookS = Number(process.hrtime.bigint() - fromNs) / 1e9;
  if (sum.packets !== PACKETS || sum.counts !== COUNTS_SUM) throw new Error("the decoder lost or changed a value");
  return tookS;
}

function tally(block: SampleBlock, countsAt: number, sum: { packets: number; counts: number }): void {
  sum.packets += block.count;
  const counts = block.channels[countsAt]!;
  for (let row = 0; row < block.count; row++) sum.counts += counts[row]!;
}

/** Seconds of the bare loop over the same bytes. */
function bareLoop(bytes: Uint8Array): number {
  const [timeS, gsr, counts, ranges, ppg] = Array.from({ length: 5 }, () => new Float64Array(CHUNK_BYTES));
  const constants = { ...GSR_PLUS, range_setting: GSR_AUTO_RANGE };
  let sum = 0;
  const fromNs = process.hrtime.bigint();
  for (let at = 0, row = 0; at < bytes.length; at += PACKET_BYTES, row = (row + 1) & 63) {
    timeS![row] = (bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16)) / 32_768;
    ppg![row] = bytes[at + 4]! | (bytes[at + 5]! << 8);
    const word = bytes[at + 6]! | (bytes[at + 7]! << 8);
    counts![row] = word & 0x0fff;
    ranges![row] = word >> 14;
    gsr![row] = gsrMicroSiemens(word & 0x0fff, word >> 14, constants);
    sum += counts![row]!;
  }
  const tookS = Number(process.hrtime.bigint() - fromNs) / 1e9;
  if (sum !== COUNTS_SUM) throw new Error("the bare loop lost or changed a value");
  return tookS;
}

/** Slow waves of conductance and pulse, all four ranges. */
function words(index: number): { gsr: number; ppg: number } {
  const counts = 1700 + Math.round(400 * Math.sin(index / 700));
  return { gsr: counts | (((index >> 12) & 3) << 14), ppg: 2000 + Math.round(500 * Math.sin(index / 80)) };
}

function packets(crcBytes: 0 | 2): Uint8Array {
  const bytes = new Uint8Array(PACKETS * (PACKET_BYTES + crcBytes));
  for (let index = 0, at = 0; index < PACKETS; index++, at += PACKET_BYTES + crcBytes) {
    const ticks = (12_345 + index * STEP_TICKS) & 0xffffff;
    const { gsr, ppg } = words(index);
    const packet = [0, ticks, ticks >> 8, ticks >> 16, ppg, ppg >> 8, gsr, gsr >> 8];
    bytes.set(crcBytes === 0 ? packet : withCrc(Uint8Array.from(packet), crcBytes), at);
  }
  return bytes;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
