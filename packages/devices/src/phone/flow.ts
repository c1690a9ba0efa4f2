import { PHONE_LIMITS, type PhoneHello, type PhoneStatus, type WireBlock } from "@polychron/protocol";
import { sliceBlock, type SampleBlock, type StreamInfo } from "@polychron/session/model";
import { DeviceError } from "../errors.js";
import type { SafeNumbers } from "./safe-numbers.js";
import { StreamSequence, type SequenceStep } from "./sequence.js";
import { StatusRows } from "./status-rows.js";
import { phoneStreams, type PhoneStreams } from "./streams.js";

/** What a flow of samples comes to. */
export interface FlowEnds {
  onBlock(block: SampleBlock): unknown;
  onGap(fileType: string, gap: { readonly fromSeq: number; readonly toSeq: number }, atUs: number): void;
  /** What lies before a block must be sent again. */
  onMissing(fileType: string, fromSeq: number): void;
  /** More of the phone's samples are safe. */
  onSafe(): void;
}

/** The samples of one phone: each delivered once and in its order, whatever the connection did to them. */
export class PhoneFlow {
  readonly #safe: SafeNumbers;
  readonly #ends: FlowEnds;
  readonly #statuses = new StatusRows();
  readonly #sequences = new Map<string, StreamSequence>();
  #lastS = new Map<string, number>();
  /** Per stream, the first number of a block that was refused because its time lies before the one before. */
  readonly #refusedBack = new Map<string, number>();
  #bootId: string | undefined;
  /** All that makes up the announcement: another one is another set of streams. */
  #announced = "";
  #streams: PhoneStreams | undefined;

  constructor(safe: SafeNumbers, ends: FlowEnds) {
    this.#safe = safe;
    this.#ends = ends;
  }

  /** Takes a hello; true if numbers, clock or streams are not those of the hello before. */
  greet(hello: PhoneHello): boolean {
    const announced = JSON.stringify([hello.boot_id, hello.clock, hello.streams]);
    for (const sequence of this.#sequences.values()) sequence.reconnect();
    if (announced === this.#announced) return false;
    const isFirst = this.#announced === "";
    this.#announced = announced;
    this.#streams = phoneStreams(hello);
    this.#lastS = new Map();
    this.#statuses.renew();
    if (this.#bootId !== hello.boot_id) this.#renumber(hello.boot_id);
    return !isFirst;
  }

  get streams(): readonly StreamInfo[] {
    return this.#streams === undefined ? [] : [...this.#streams.sent, this.#streams.status];
  }

  /** Per stream that the phone sends, the first number that is not safe. */
  get nextSeq(): Readonly<Record<string, number>> {
    const sent = this.#streams?.sent ?? [];
    return Object.fromEntries(sent.map(({ fileType }) => [fileType, this.#safe.of(fileType)]));
  }

  /** Throws `PHONE_BLOCK_INVALID`. */
  push(device: string, wire: WireBlock, atUs: number): void {
    const info = this.#streams?.sent[wire.streamIndex];
    const reason = info === undefined ? `there is no stream ${wire.streamIndex}` : faultOfShape(wire, info);
    if (info === undefined || reason !== undefined) throw invalid(device, reason!);
    const { fileType } = info;
    const count = wire.deviceTimeS.length;
    const sequence = this.#sequenceOf(fileType);
    const step = sequence.place({ firstSeq: wire.firstSeq, count, skips: wire.skips });
    if (step.kind === "known") return;
    if (step.kind === "early") {
      if (!step.isAsked) this.#ends.onMissing(fileType, step.fromSeq);
      return;
    }
    this.#take(device, fileType, sliceBlock(blockOf(fileType, wire, atUs), step.known, count), step, atUs);
  }

  /** The columns of a status as a sample. */
  pushStatus(status: PhoneStatus, atUs: number): void {
    if (this.#streams === undefined) return;
    const row = this.#statuses.row(this.#streams.status.fileType, status, atUs);
    if (row !== undefined) this.#ends.onBlock(row);
  }

  #take(
    device: string,
    fileType: string,
    block: SampleBlock,
    { gap }: Extract<SequenceStep, { kind: "new" }>,
    atUs: number,
  ): void {
    this.#requireForward(device, fileType, block);
    this.#lastS.set(fileType, block.deviceTimeS[block.count - 1]!);
    const nextSeq = block.firstSeq + block.count;
    this.#sequenceOf(fileType).moveTo(nextSeq);
    if (gap !== undefined) this.#ends.onGap(fileType, gap, atUs);
    const isSafer = this.#safe.receive(fileType, nextSeq);
    this.#ends.onBlock(block);
    if (isSafer) this.#ends.onSafe();
  }

  /** A phone that says so again means it: its clock was set back, and what it measures from then on is no less true. */
  #requireForward(device: string, fileType: string, { firstSeq, deviceTimeS }: SampleBlock): void {
    const lastS = this.#lastS.get(fileType) ?? Number.NEGATIVE_INFINITY;
    const isForward = deviceTimeS[0]! >= lastS;
    if (!isForward && this.#refusedBack.get(fileType) !== firstSeq) {
      this.#refusedBack.set(fileType, firstSeq);
      throw invalid(device, `time goes backwards from ${lastS} s to ${deviceTimeS[0]!} s`);
    }
    this.#refusedBack.delete(fileType);
  }

  #renumber(bootId: string): void {
    this.#bootId = bootId;
    this.#sequences.clear();
    this.#safe.clear();
  }

  #sequenceOf(fileType: string): StreamSequence {
    const known = this.#sequences.get(fileType) ?? new StreamSequence();
    this.#sequences.set(fileType, known);
    return known;
  }
}

function blockOf(fileType: string, wire: WireBlock, atUs: number): SampleBlock {
  const { firstSeq, deviceTimeS, channels, missing } = wire;
  const count = deviceTimeS.length;
  const arrivalUs = new Float64Array(count).fill(atUs);
  return { fileType, firstSeq, count, deviceTimeS, arrivalUs, channels, ...(missing && { missing }) };
}

function faultOfShape({ deviceTimeS, channels }: WireBlock, info: StreamInfo): string | undefined {
  const { max_block_samples: most } = PHONE_LIMITS;
  if (channels.length !== info.channels.length)
    return `it has ${channels.length} channels and ${info.fileType} has ${info.channels.length}`;
  if (deviceTimeS.length > most) return `it has ${deviceTimeS.length} samples, more than ${most}`;
  return undefined;
}

function invalid(device: string, reason: string): DeviceError {
  return new DeviceError("PHONE_BLOCK_INVALID", { device, reason });
}
