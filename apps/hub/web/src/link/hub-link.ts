import {
  UI_NAMESPACE,
  type CommandInput,
  type CommandResult,
  type HubSnapshot,
  type HubToUi,
  type UiToHub,
} from "@polychron/protocol";
import type { ErrorReport } from "@polychron/session/model";
import { io, type Socket } from "socket.io-client";
import type { TimeExchange } from "../cue/page-clock.js";
import type { PageStore } from "../page-store.js";
import type { PreviewBook } from "../preview/preview-book.js";
import { followFrom } from "../state.js";
import type { TraceBook } from "../trace/trace-book.js";
import { sendUntilAnswered, type CommandPort } from "./command-sender.js";
import type { HubHttp } from "./hub-http.js";

const RETRY_MS = 1000;
const TIME_WITHIN_MS = 300;

/** A command without its id: the link issues that. */
export type CommandWish = CommandInput extends infer Each
  ? Each extends { command_id: string }
    ? Omit<Each, "command_id">
    : never
  : never;

/** Where what arrives goes, and what a connection needs. */
export interface LinkParts {
  readonly store: PageStore;
  readonly traces: TraceBook;
  readonly previews: PreviewBook;
  readonly http: HubHttp;
  /** What a command is answered with that the hub never answers. */
  readonly noAnswer: ErrorReport;
}

/** The live connection to the hub: what arrives goes to the store and the books of points and pictures, commands go out until answered. */
export class HubLink {
  readonly #store: PageStore;
  readonly #traces: TraceBook;
  readonly #previews: PreviewBook;
  readonly #http: HubHttp;
  readonly #noAnswer: ErrorReport;
  readonly #socket: Socket<HubToUi, UiToHub>;
  #followed: string | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: LinkParts) {
    this.#store = parts.store;
    this.#traces = parts.traces;
    this.#previews = parts.previews;
    this.#http = parts.http;
    this.#noAnswer = parts.noAnswer;
    this.#socket = io(UI_NAMESPACE, {
      autoConnect: false,
      transports: ["websocket"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 3000,
      auth: (hand) => void this.#authorise(hand),
    });
    this.#listen();
  }

  start(): void {
    this.#socket.connect();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  /** Sends a command under a new id; the answer is the hub's, or says that none came. */
  send(wish: CommandWish): Promise<CommandResult> {
    const value = { ...wish, command_id: crypto.randomUUID() } as CommandInput;
    return sendUntilAnswered(this.#port, value, this.#noAnswer);
  }

  /** One question for the hub's time; null when no answer came. */
  async askTime(): Promise<TimeExchange | null> {
    const askedMs = performance.now();
    const socket = this.#socket.timeout(TIME_WITHIN_MS);
    const answer = await socket.emitWithAck("time", {}).catch(() => null); // an answer that is missing says nothing
    const heardMs = performance.now();
    return answer?.ok === true ? { askedMs, hubUs: answer.now_us, heardMs } : null;
  }

  /** Shows this session's log from now on; null = none. */
  follow(session: string | null): void {
    if (session === this.#followed) return;
    if (this.#followed !== null && this.#socket.connected)
      this.#socket.emit("unfollow", { session: this.#followed }, () => undefined);
    this.#followed = session;
    this.#requestLog();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("connect", () => this.#onConnect());
    socket.on("disconnect", (reason) => {
      this.#store.apply({ kind: "lost" });
      if (reason === "io server disconnect") this.#connectLater();
    });
    socket.on("connect_error", (error) => this.#onRefusal(error as Error & { data?: ErrorReport }));
    socket.on("snapshot", (value) => this.#onSnapshot(value));
    socket.on("event", ({ session, event }) => this.#store.apply({ kind: "event", session, event }));
    socket.on("traces", (chunks) => chunks.forEach((chunk) => this.#traces.push(chunk)));
    socket.on("preview", (picture) => this.#previews.push(picture));
    socket.on("refused", (error) => this.#store.apply({ kind: "complained", error }));
  }

  /** The hub sends its last minute of points again, so the old ones go. */
  #onConnect(): void {
    this.#traces.clear();
    this.#store.apply({ kind: "connected" });
  }

  /** Only the first snapshot of a connection says which logs there are to follow: a restarted hub may have closed them. */
  #onSnapshot(value: HubSnapshot): void {
    const isFirst = !Number.isFinite(this.#store.get().revision);
    this.#store.apply({ kind: "snapshot", value, pageUs: performance.now() * 1000 });
    this.#previews.keepOnly(new Set(value.devices.map(({ id }) => id)));
    if (isFirst) this.#requestLog();
  }

  /** Without `data` the hub was not reached, and Socket.IO tries again by itself. */
  #onRefusal(error: Error & { data?: ErrorReport }): void {
    this.#store.apply({ kind: "lost" });
    if (this.#socket.active) return;
    if (error.data !== undefined && error.data.code !== "TOKEN_REQUIRED")
      this.#store.apply({ kind: "refused", error: error.data });
    this.#http.forgetToken();
    this.#connectLater();
  }

  #connectLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), RETRY_MS);
  }

  /** Without a token the hub refuses, which leads to the next try. */
  async #authorise(hand: (auth: { token: string }) => void): Promise<void> {
    const token = await this.#http.token();
    if (!token.ok) this.#store.apply({ kind: "refused", error: token.error });
    hand({ token: token.ok ? token.value : "" });
  }

  /** After a reconnect the log begins anew: repair may have cut what was never acknowledged. */
  #requestLog(): void {
    const session = this.#followed;
    this.#store.apply({ kind: "followed", session });
    const view = this.#store.get().snapshot?.sessions.find((open) => open.id === session);
    if (session === null || view === undefined || !this.#socket.connected) return;
    this.#socket.emit("follow", { session, from_seq: followFrom(view) }, (answer) => {
      if (!answer.ok && answer.error.code !== "SESSION_NOT_FOUND")
        this.#store.apply({ kind: "refused", error: answer.error });
    });
  }

  get #port(): CommandPort {
    const socket = this.#socket;
    return {
      nowMs: () => performance.now(),
      connected: (limitMs) => connectedWithin(socket, limitMs),
      emit: (value, limitMs) =>
        new Promise((resolve) => {
          socket
            .timeout(limitMs)
            .emit("command", value, (failed, result) => resolve(failed === null ? result : "unanswered"));
        }),
    };
  }
}

function connectedWithin(socket: Socket<HubToUi, UiToHub>, limitMs: number): Promise<boolean> {
  if (socket.connected) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (isConnected: boolean): void => {
      clearTimeout(timer);
      socket.off("connect", onConnect);
      resolve(isConnected);
    };
    const onConnect = (): void => finish(true);
    const timer = setTimeout(() => finish(false), limitMs);
    socket.on("connect", onConnect);
  });
}
