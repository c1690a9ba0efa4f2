import type { PhoneWire } from "@polychron/devices";
import {
  CLOCK_NAMESPACE,
  PHONE_NAMESPACE,
  type ClockToHub,
  type HubToClock,
  type HubToPhone,
  type PhoneToHub,
} from "@polychron/protocol";
import { io, type Socket } from "socket.io-client";

/** What a phone hears. */
export interface PhoneEars {
  /** Connected, for the first time or again: say hello. */
  onUp(): void;
  onDown(reason: string): void;
  /** Any message of the hub on the phone namespace; `answer` where it waits for an acknowledgement. */
  onMessage(name: string, value: unknown, answer: ((reply: unknown) => void) | undefined): void;
  /** A question to the clock: the answer goes back at once. */
  onProbe(probe: Parameters<HubToClock["probe"]>[0]): Parameters<ClockToHub["probe_reply"]>[0];
}

const RETRY_MS = { reconnectionDelay: 250, reconnectionDelayMax: 1_000 } as const;
/** Longer than the hub takes to find a driver for a phone that it meets for the first time. */
const ANSWER_WITHIN_MS = 15_000;

/** The two connections of a phone, each with a socket of its own: words and samples, and the clock. */
export class PhoneSockets implements PhoneWire {
  readonly #phone: Socket<HubToPhone, PhoneToHub>;
  readonly #clock: Socket<HubToClock, ClockToHub>;
  #retry: NodeJS.Timeout | undefined;
  #isWanted = false;
  #isAsleep = false;

  constructor({ hub, token }: { readonly hub: string; readonly token: string }, ears: PhoneEars) {
    const options = { auth: { token }, transports: ["websocket"], forceNew: true, autoConnect: false, ...RETRY_MS };
    this.#phone = io(new URL(PHONE_NAMESPACE, hub).href, options);
    this.#clock = io(new URL(CLOCK_NAMESPACE, hub).href, options);
    this.#listen(ears);
  }

  get isUp(): boolean {
    return this.#phone.connected;
  }

  /** Connects, and connects again whenever the connection breaks. */
  open(): void {
    this.#isWanted = true;
    this.#phone.connect();
    this.#clock.connect();
  }

  /** Disconnects for good, or until `open`. */
  close(): void {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    this.sleep(false); // who does not read does not hear the other side say goodbye either
    this.read(true);
    this.#phone.disconnect();
    this.#clock.disconnect();
  }

  /** Says something and returns the hub's answer. Throws when none comes or the connection is gone. */
  ask(name: "hello" | "status" | "event", value: object): Promise<unknown> {
    if (!this.isUp) return Promise.reject(new Error("not connected"));
    const words: Asking = this.#phone.timeout(ANSWER_WITHIN_MS) as never;
    return words.emitWithAck(name, value);
  }

  /** Sends a block; dropped when not connected, for what is kept is sent again. */
  sendBlock(bytes: Uint8Array): void {
    if (this.isUp) this.#phone.emit("block", bytes);
  }

  /** Stops or goes on reading what comes: the bytes wait in the network. */
  read(isReading: boolean): void {
    readPipe(this.#phone, isReading);
  }

  /** Asleep, nothing is read on either connection and none is made anew; awake, everything goes on. */
  sleep(isAsleep: boolean): void {
    if (this.#isAsleep === isAsleep) return;
    this.#isAsleep = isAsleep;
    for (const socket of [this.#phone, this.#clock]) {
      socket.io.reconnection(!isAsleep);
      readPipe(socket, !isAsleep);
      // What was lost in its sleep nobody has tried to connect again.
      if (isAsleep || !this.#isWanted) continue;
      if (socket.active) socket.io.open();
      else socket.connect();
    }
  }

  #listen(ears: PhoneEars): void {
    this.#phone.on("connect", () => ears.onUp());
    this.#phone.on("disconnect", (reason) => {
      ears.onDown(reason);
      this.#comeBack();
    });
    this.#phone.on("connect_error", () => this.#comeBack());
    this.#phone.onAny((name: string, value: unknown, answer?: (reply: unknown) => void) =>
      ears.onMessage(name, value, answer),
    );
    this.#clock.on("probe", (probe) => void this.#clock.emit("probe_reply", ears.onProbe(probe)));
  }

  /** The library tries again after a break in the network, not after a hub that closed or refused the connection. */
  #comeBack(): void {
    clearTimeout(this.#retry);
    if (!this.#isWanted || this.#isAsleep) return;
    this.#retry = setTimeout(() => {
      if (!this.#phone.active) this.#phone.connect();
      if (!this.#clock.active) this.#clock.connect();
    }, RETRY_MS.reconnectionDelayMax);
  }
}

function readPipe(socket: Socket<never, never>, isReading: boolean): void {
  const { engine } = socket.io as unknown as { engine?: { transport?: { ws?: PausablePipe } } };
  const pipe = engine?.transport?.ws;
  if (isReading) pipe?.resume();
  else pipe?.pause();
}

interface Asking {
  emitWithAck(name: string, value: object): Promise<unknown>;
}

/** The part of a WebSocket that lets the network's buffers fill. */
interface PausablePipe {
  pause(): void;
  resume(): void;
}
