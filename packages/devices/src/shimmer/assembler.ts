import type { SampleBlock } from "@polychron/session/model";
import { conversion, type Conversion } from "../formulas/registry.js";
import { PacketReader } from "./packet.js";
import { TICK_HZ } from "./opcodes.js";
import type { StreamPlan } from "./stream-plan.js";

/** Rows a block can hold: one block a chunk, and never more than this. */
const BLOCK_ROWS = 64;

/** Turns packets into blocks of consecutive samples, raw and calibrated; a gap always ends a block. */
export class Assembler {
  /** Number that the next sample will have, lost ones counted. */
  nextSeq: number;
  readonly #plan: StreamPlan;
  readonly #onBlock: (block: SampleBlock) => void;
  readonly #columns: readonly Float64Array[];
  readonly #calibrations: readonly Calibration[];
  readonly #reader: PacketReader;
  readonly #deviceTimeS = new Float64Array(BLOCK_ROWS);
  readonly #arrivalUs = new Float64Array(BLOCK_ROWS);
  #rows = 0;

  constructor(plan: StreamPlan, firstSeq: number, onBlock: (block: SampleBlock) => void) {
    this.#plan = plan;
    this.nextSeq = firstSeq;
    this.#onBlock = onBlock;
    const names = plan.info.channels.map((channel) => channel.name);
    this.#columns = names.map(() => new Float64Array(BLOCK_ROWS));
    const columnOf = (name: string): Float64Array => this.#columns[names.indexOf(name)]!;
    this.#reader = new PacketReader(plan, columnOf);
    this.#calibrations = plan.info.channels.flatMap(({ name, formula }) =>
      formula
        ? [{ out: columnOf(name), raw: formula.from.map(columnOf), convert: conversion(formula.id, formula.constants) }]
        : [],
    );
  }

  /** Takes the packet at `bytes[at]`; `ticks` are unwrapped. */
  add(bytes: Uint8Array, at: number, ticks: number, arrivalUs: number): void {
    const row = this.#rows;
    this.#reader.read(bytes, at, row);
    this.#deviceTimeS[row] = ticks / TICK_HZ;
    this.#arrivalUs[row] = arrivalUs;
    this.#rows = row + 1;
    if (this.#rows === BLOCK_ROWS) this.flush();
  }

  /** Leaves out the numbers of `samples` lost ones. */
  skip(samples: number): void {
    this.flush();
    this.nextSeq += samples;
  }

  /** Hands over what has gathered; called at the end of every chunk, so that data reach the disk at once. */
  flush(): void {
    const count = this.#rows;
    if (count === 0) return;
    for (const { convert, raw, out } of this.#calibrations) convert(raw, out, count);
    const firstSeq = this.nextSeq;
    this.#rows = 0;
    this.nextSeq += count;
    const [deviceTimeS, arrivalUs, ...channels] = copyRows(
      [this.#deviceTimeS, this.#arrivalUs, ...this.#columns],
      count,
    );
    const { fileType } = this.#plan.info;
    this.#onBlock({ fileType, firstSeq, count, deviceTimeS: deviceTimeS!, arrivalUs: arrivalUs!, channels });
  }
}

/** The first rows of every column, in one piece of memory: at five rows a block, a piece for each would cost many times its numbers. */
function copyRows(columns: readonly Float64Array[], count: number): Float64Array[] {
  const memory = new Float64Array(columns.length * count);
  return columns.map((column, index) => {
    const copy = memory.subarray(index * count, (index + 1) * count);
    for (let row = 0; row < count; row++) copy[row] = column[row]!;
    return copy;
  });
}

interface Calibration {
  readonly out: Float64Array;
  readonly raw: readonly Float64Array[];
  readonly convert: Conversion;
}
