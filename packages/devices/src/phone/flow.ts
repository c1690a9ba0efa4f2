import { PHONE_LIMITS, STATUS_STREAM, type PhoneHello, type PhoneStatus, type WireBlock } from "@polychron/protocol";
import { sliceBlock, type SampleBlock, type StreamInfo } from "@polychron/session/model";
import { DeviceError } from "../errors.js";
import { backRows, forwardParts } from "./back-steps.js";
import type { RefusedPlace } from "./link.js";
import { RefusedBlocks } from "./refused-blocks.js";
import type { SafeNumbers } from "./safe-numbers.js";
import { StreamSequence } from "./sequence.js";
import { WIFI_CHANNEL } from "./status-row.js";
import { StatusRows } from "./status-rows.js";
import { phoneStreams, type PhoneStreams } from "./streams.js";

/** Why samples of a phone are missing: it gave them up, its blocks were refused, or it never sent what it was asked for. */
export type PhoneGapCause = "lost_on_phone" | "blocks_refused" | "never_sent_again";

/** Samples `fromSeq` to `toSeq` (excluded) that will not come. */
export interface PhoneGap {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly cause: PhoneGapCause;
}

/** What a flow of samples comes to. */
export interface FlowEnds {
  onBlock(block: SampleBlock): unknown;
  onGap(fileType: string, gap: PhoneGap, atUs: number): void;
  /** What lies before a block must be sent again. */
  onMissing(fileType: string, fromSeq: number): void;
  /** A block cannot be taken before what lies before it has come. */
  onEarly(block: SampleBlock, atUs: number): unknown;
  /** More of the phone's samples are safe. */
  onSafe(): void;
  /** A block in which time goes backwards was refused, sent again and taken. */
  onBackStepTaken(atUs: number): void;
}

/** The samples of one phone: each delivered once and in its order, whatever the connection did to them. */
export class PhoneFlow {
  readonly #safe: SafeNumbers;
  readonly #ends: FlowEnds;
  readonly #statuses = new StatusRows();
  readonly #sequences = new Map<string, StreamSequence>();
  readonly #refused = new RefusedBlocks();
  #lastS = new Map<string, number>();
  /** Per stream, the number of the sample before which time goes backwards, and for which a block was refused. */
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
    for (const sequence of this.#sequences.values()) sequence.askAgain();
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
      this.#ends.onEarly(blockOf(fileType, wire, atUs), atUs);
      if (!step.isAsked) this.#ends.onMissing(fileType, step.fromSeq);
      return;
    }
    if (step.kind === "never") {
      const { nextSeq: fromSeq, isFresh } = sequence;
      // Of what lies before the first block of all nobody knows whether it was not stored by a hub that ran before.
      const gap = isFresh ? undefined : ({ fromSeq, toSeq: step.toSeq, cause: "never_sent_again" } as const);
      this.#passOver(fileType, step.toSeq, gap, atUs);
      return this.push(device, wire, atUs);
    }
    this.#take(device, sliceBlock(blockOf(fileType, wire, atUs), step.known, count), step.gap, atUs);
  }

  /** A block was refused: once too often, and what it holds is missing for good. */
  refuse(place: RefusedPlace, atUs: number): void {
    const { fileType } = place;
    const sequence = this.#sequenceOf(fileType);
    const { nextSeq, isFresh } = sequence;
    const refused = this.#refused.push(place, nextSeq);
    if (refused === "awaited") sequence.askAgain();
    if (typeof refused !== "object") return;
    const { toSeq } = refused;
    const fromSeq = isFresh ? place.fromSeq : nextSeq;
    this.#passOver(fileType, toSeq, { fromSeq, toSeq, cause: "blocks_refused" }, atUs);
  }

  /** The columns of a status as a sample. */
  pushStatus(status: PhoneStatus, atUs: number): void {
    if (this.#streams === undefined) return;
    const row = this.#statuses.row(this.#streams.status.fileType, status, atUs);
    if (row !== undefined) this.#ends.onBlock(row);
  }

  /** Which number in which column stands for a Wi-Fi network; undefined for one that has none. */
  networkOf(name: string): { readonly fileType: string; readonly channel: string; readonly value: number } | undefined {
    const value = this.#statuses.wifi.numberOf(name);
    const fileType = this.#streams?.status.fileType ?? STATUS_STREAM;
    return value === null ? undefined : { fileType, channel: WIFI_CHANNEL, value };
  }

  #take(device: string, block: SampleBlock, gap: Omit<PhoneGap, "cause"> | undefined, atUs: number): void {
    const { fileType } = block;
    const back = backRows(block, this.#lastS.get(fileType) ?? Number.NEGATIVE_INFINITY);
    if (back.length > 0) this.#requireSaidTwice(device, block, back[0]!);
    this.#lastS.set(fileType, block.deviceTimeS[block.count - 1]!);
    const nextSeq = block.firstSeq + block.count;
    this.#sequenceOf(fileType).moveTo(nextSeq);
    if (gap !== undefined) this.#ends.onGap(fileType, { ...gap, cause: "lost_on_phone" }, atUs);
    const isSafer = this.#safe.receive(fileType, nextSeq);
    for (const part of forwardParts(block, back)) this.#ends.onBlock(part);
    if (back.length > 0) this.#ends.onBackStepTaken(atUs);
    if (isSafer) this.#ends.onSafe();
  }

  /** A phone that says so again means it: its clock was set back, and what it measures from then on is no less true. */
  #requireSaidTwice(device: string, { fileType, firstSeq, deviceTimeS }: SampleBlock, row: number): void {
    const seq = firstSeq + row;
    if (this.#refusedBack.get(fileType) === seq) return;
    this.#refusedBack.set(fileType, seq);
    const fromS = row === 0 ? this.#lastS.get(fileType)! : deviceTimeS[row - 1]!;
    throw invalid(device, `time goes backwards at sample ${seq}, from ${fromS} s to ${deviceTimeS[row]!} s`);
  }

  /** Nothing before `toSeq` is waited for any more. */
  #passOver(fileType: string, toSeq: number, gap: PhoneGap | undefined, atUs: number): void {
    this.#sequenceOf(fileType).moveTo(toSeq);
    const isSafer = this.#safe.receive(fileType, toSeq);
    if (gap !== undefined) this.#ends.onGap(fileType, gap, atUs);
    if (isSafer) this.#ends.onSafe();
  }

  #renumber(bootId: string): void {
    this.#bootId = bootId;
    this.#sequences.clear();
    this.#refused.clear();
    this.#refusedBack.clear();
    this.#safe.clear();
  }

  #sequenceOf(fileType: string): StreamSequence {
    let sequence = this.#sequences.get(fileType);
    if (sequence === undefined) this.#sequences.set(fileType, (sequence = new StreamSequence()));
    return sequence;
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
