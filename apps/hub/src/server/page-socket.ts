import { followRequest, unfollowRequest, type HubToUi, type UiToHub } from "@polychron/protocol";
import { errorReport, type SessionEvent } from "@polychron/session/model";
import type { Socket } from "socket.io";
import { z } from "zod";
import type { CommandDesk } from "../command/command-desk.js";
import { ServiceError } from "../errors.js";
import type { Grant } from "../security/tokens.js";
import { rateLimit } from "../security/rate-limit.js";

/** What the messages of one page reach. */
export interface PagePort {
  readonly desk: CommandDesk;
  /** Events of a session's log from a number on, in order, then live. Throws `SESSION_NOT_FOUND`, `SESSION_IMMUTABLE`. */
  follow(session: string, fromSeq: number, listener: (event: SessionEvent) => void): () => void;
  /** The hub's clock. */
  nowUs(): number;
}

/** What the hub keeps of a connected page. */
export interface PageData {
  grant: Grant;
  /** How to end what it follows, by session. */
  follows: Map<string, () => void>;
}

/** A connected page. */
export type PageSocket = Socket<UiToHub, HubToUi, object, PageData>;

const MESSAGES_PER_SECOND = 100;

type Message = (socket: PageSocket, port: PagePort, value: unknown) => Promise<object>;
const MESSAGES: Readonly<Partial<Record<string, Message>>> = { command, follow, unfollow, time };

/**
 * One way in for everything a page sends: any message under any name gets a typed answer, whatever is in it. A message
 * without acknowledgement is not obeyed, since nobody would hear how it went.
 */
export function listenToPage(socket: PageSocket, port: PagePort): void {
  const mayPass = rateLimit(MESSAGES_PER_SECOND, () => performance.now());
  socket.onAny((name: string, ...values: unknown[]) => {
    const ack = values.pop();
    const isAllowed = mayPass();
    if (typeof ack !== "function") {
      if (isAllowed) socket.emit("refused", invalid(`'${shortened(name)}' comes without an acknowledgement`).toJSON());
      return;
    }
    const answer = isAllowed
      ? answerTo(socket, port, name, values)
      : Promise.reject(new ServiceError("RATE_LIMITED", { limit: MESSAGES_PER_SECOND, withinS: 1 }));
    void answer.catch(refusal).then(ack as (value: object) => void);
  });
  socket.on("disconnect", () => {
    for (const stop of socket.data.follows.values()) stop();
    socket.data.follows.clear();
  });
}

async function answerTo(socket: PageSocket, port: PagePort, name: string, values: unknown[]): Promise<object> {
  const message = Object.hasOwn(MESSAGES, name) ? MESSAGES[name] : undefined;
  if (message === undefined) throw invalid(`there is no message '${shortened(name)}'`);
  if (values.length !== 1) throw invalid(`'${name}' takes one value, not ${values.length}`);
  return message(socket, port, values[0]);
}

function command(socket: PageSocket, { desk }: PagePort, value: unknown): Promise<object> {
  const { role, tokenId } = socket.data.grant;
  return desk.take(value, { by: `${role}:${tokenId}` });
}

async function follow(socket: PageSocket, port: PagePort, value: unknown): Promise<object> {
  const { session, from_seq: fromSeq } = checked(followRequest, value);
  stopFollowing(socket, session);
  const stop = port.follow(session, fromSeq, (event) => void socket.emit("event", { session, event }));
  socket.data.follows.set(session, stop);
  return { ok: true };
}

async function unfollow(socket: PageSocket, _port: PagePort, value: unknown): Promise<object> {
  stopFollowing(socket, checked(unfollowRequest, value).session);
  return { ok: true };
}

async function time(_socket: PageSocket, port: PagePort): Promise<object> {
  return { ok: true, now_us: port.nowUs() };
}

function stopFollowing(socket: PageSocket, session: string): void {
  socket.data.follows.get(session)?.();
  socket.data.follows.delete(session);
}

/** As a command is refused; the other messages read the same two fields. */
function refusal(thrown: unknown): object {
  return { ok: false, command_id: "", repeated: false, error: errorReport(thrown) };
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(z.prettifyError(parsed.error).slice(0, 300));
}

function invalid(reason: string): ServiceError {
  return new ServiceError("REQUEST_INVALID", { reason });
}

function shortened(name: unknown): string {
  return String(name).slice(0, 60);
}
