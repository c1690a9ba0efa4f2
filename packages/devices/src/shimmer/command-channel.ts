import { DeviceError } from "../errors.js";
import type { Timers } from "../timing.js";
import { commandText } from "./facts.js";
import type { Awaited, Control, ReplyShape } from "./replies.js";

/** One command: its bytes, the answer it brings if it brings one, and how long the device may take. */
export interface ShimmerCommand {
  readonly bytes: Uint8Array;
  readonly reply?: ReplyShape;
  /** Default 2000; changes of the configuration may take longer. */
  readonly ackWithinMs?: number;
  /** Called right before the bytes are written, when its turn has come. */
  readonly onWrite?: () => void;
}

const ACK_WITHIN_MS = 2_000;
const REPLY_WITHIN_MS = 2_000;
const NO_PAYLOAD = new Uint8Array(0);

interface Pending {
  readonly command: ShimmerCommand;
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
  isConfirmed: boolean;
  cancelTimer: () => void;
}

/** Commands to one Shimmer: one outstanding at a time, each with its limits (protocol reference, section 2). */
export class CommandChannel {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #await: (awaited: Awaited) => void;
  readonly #timers: Timers;
  #pending: Pending | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param tellFramer told what the open command waits for, so that the bytes can be read in its light */
  constructor(write: (bytes: Uint8Array) => Promise<void>, tellFramer: (awaited: Awaited) => void, timers: Timers) {
    this.#write = write;
    this.#await = tellFramer;
    this.#timers = timers;
  }

  /**
   * Sends a command when those before it are through, and resolves with the payload of its answer (empty without one).
   * Throws `SHIMMER_NO_ACK`, `SHIMMER_NO_ANSWER`, `SHIMMER_NACK`, `TRANSPORT_*`, and the signal's reason.
   */
  send(command: ShimmerCommand, signal: AbortSignal): Promise<Uint8Array> {
    const sent = this.#turn.then(() => this.#exchange(command, signal));
    this.#turn = sent.catch(() => undefined);
    return sent;
  }

  /** Takes what the framer found; false if no open command asked for it. */
  onControl(control: Control): boolean {
    const pending = this.#pending;
    if (pending === undefined) return false;
    if (control.kind === "nack")
      this.#fail(new DeviceError("SHIMMER_NACK", { command: commandText(pending.command.bytes) }));
    else if (control.kind === "ack") this.#confirm(pending);
    else if (control.kind === "reply" && control.opcode === pending.command.reply?.opcode)
      this.#finish(control.payload);
    else return false;
    return true;
  }

  /** The pipe is gone: the open command ends with this error. */
  fail(error: unknown): void {
    this.#fail(error);
  }

  async #exchange(command: ShimmerCommand, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const onAbort = (): void => this.#fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await this.#outstanding(command);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #outstanding(command: ShimmerCommand): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const waitedMs = command.ackWithinMs ?? ACK_WITHIN_MS;
      const expire = (): void =>
        this.#fail(new DeviceError("SHIMMER_NO_ACK", { command: commandText(command.bytes), waitedMs }));
      this.#pending = {
        command,
        resolve,
        reject,
        isConfirmed: false,
        cancelTimer: this.#timers.after(waitedMs, expire),
      };
      this.#await(command.reply ?? "ack");
      command.onWrite?.();
      this.#write(command.bytes).catch((thrown: unknown) => this.#fail(thrown));
    });
  }

  #confirm(pending: Pending): void {
    if (pending.command.reply === undefined) return this.#finish(NO_PAYLOAD);
    if (pending.isConfirmed) return;
    pending.isConfirmed = true;
    pending.cancelTimer();
    const params = { command: commandText(pending.command.bytes), waitedMs: REPLY_WITHIN_MS };
    pending.cancelTimer = this.#timers.after(REPLY_WITHIN_MS, () =>
      this.#fail(new DeviceError("SHIMMER_NO_ANSWER", params)),
    );
  }

  #finish(payload: Uint8Array): void {
    this.#release()?.resolve(payload);
  }

  #fail(error: unknown): void {
    this.#release()?.reject(error);
  }

  #release(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.cancelTimer();
    this.#await("nothing");
    return pending;
  }
}
