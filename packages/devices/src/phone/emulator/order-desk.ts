import type * as words from "@polychron/protocol";
import { refuse, REFUSALS, YES, type AnyAnswer } from "./answers.js";
import type { LinkState } from "./link-state.js";
import type { PhoneMachine } from "./machine.js";
import type { OrderHandlers } from "./orders.js";
import type { PhoneTroubleListener } from "./ports.js";

/** What orders act on. */
export interface OrderTargets {
  readonly machine: PhoneMachine;
  readonly link: LinkState;
  /** The hub wants samples. */
  onArmed(): void;
  readonly onTrouble: PhoneTroubleListener;
}

/** A hub may order before its answer to the hello is here, and that says what it has safe. */
const WELCOME_WITHIN_MS = 5_000;
/** A knock that is farther ahead was ordered by somebody who does not know this clock. */
const CUE_WITHIN_MS = 4_000;

/** Does what the hub orders. */
export class OrderDesk implements OrderHandlers {
  readonly #targets: OrderTargets;

  constructor(targets: OrderTargets) {
    this.#targets = targets;
  }

  arm({ streams }: { readonly streams: readonly string[] }): AnyAnswer {
    const { boot } = this.#targets.machine;
    boot.armed = new Set(streams);
    boot.run(true);
    this.#targets.onArmed();
    return YES;
  }

  disarm(): AnyAnswer {
    const { boot, recordings } = this.#targets.machine;
    boot.armed = new Set();
    boot.run(recordings.isRunning);
    return YES;
  }

  async start(order: words.StartOrder): Promise<AnyAnswer> {
    const { boot, recordings, condition } = this.#targets.machine;
    if (condition.isStorageFull) return refuse("start", REFUSALS.storageFull);
    boot.run(true);
    const first = await recordings.start(boot, order);
    return first === undefined ? refuse("start", REFUSALS.noSample) : { ok: true, first };
  }

  async stop(order: words.StopOrder): Promise<AnyAnswer> {
    const { machine, link } = this.#targets;
    await machine.waits.until(() => link.isWelcome, WELCOME_WITHIN_MS);
    const answer = await machine.recordings.stop(order);
    machine.boot.run(machine.boot.isArmed || machine.recordings.isRunning);
    return answer;
  }

  upload(order: words.RecordingName): AnyAnswer {
    this.#targets.machine.recordings.upload(order);
    return YES;
  }

  async fileStored(order: words.FileStoredNotice): Promise<AnyAnswer> {
    const isSame = await this.#targets.machine.recordings.stored(order);
    return isSame ? YES : refuse("file_stored", REFUSALS.fileDiffers);
  }

  async cue({ acts, at_device_s: atS }: words.CueOrder): Promise<AnyAnswer> {
    const { boot, waits } = this.#targets.machine;
    if (acts.some((act) => act !== "tap")) return refuse("cue", REFUSALS.actUnknown);
    const tapS = boot.taps.add(Math.max(atS ?? 0, boot.clock.nowS));
    const isDone = await waits.until(() => boot.clock.nowS >= tapS, CUE_WITHIN_MS);
    return isDone ? { ok: true, made: [{ act: "tap", device_time_s: tapS }] } : refuse("cue", REFUSALS.tooLate);
  }

  stored({ next_seq }: { readonly next_seq: Readonly<Record<string, number>> }): void {
    const { boot } = this.#targets.machine;
    for (const [stream, nextSeq] of Object.entries(next_seq)) boot.stream(stream)?.outbox.forget(nextSeq);
  }

  resend({ stream, from_seq }: { readonly stream: string; readonly from_seq: number }): void {
    this.#targets.machine.boot.stream(stream)?.outbox.rewind(from_seq);
  }

  refused({ of, error }: words.PhoneRefusal): void {
    this.#targets.onTrouble(of, new Error(`${error.code}: ${error.message}`));
  }
}
