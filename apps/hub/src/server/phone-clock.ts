import {
  CLOCK_NAMESPACE,
  PHONE_LIMITS,
  plainReason,
  probeReply,
  type ClockToHub,
  type HubToClock,
} from "@polychron/protocol";
import type { Namespace, Socket } from "socket.io";
import { ServiceError } from "../errors.js";
import { Allowance } from "../security/allowance.js";
import type { Grant } from "../security/tokens.js";
import { ClockProbes } from "./clock-probes.js";
import { refusalOf } from "./phone-answers.js";
import type { PhoneHost } from "./phone-socket.js";
import { WireTimes } from "./wire-times.js";

type ClockSocket = Socket<ClockToHub, HubToClock, object, { grant: Grant }>;
/** The namespace of clock probes. */
export type ClockNamespace = Namespace<ClockToHub, HubToClock, object, { grant: Grant }>;

const { max_messages_per_s: MESSAGES_PER_SECOND } = PHONE_LIMITS;

/** Serves those who were let in: the newest connection of a phone is probed while the phone is here. */
export function serveClock(clocks: ClockNamespace, host: PhoneHost): void {
  const newest = new Map<string, ClockSocket>();
  clocks.use((socket, next) => {
    if (socket.conn.transport.name === "websocket") return next();
    const reason = `${CLOCK_NAMESPACE} is served by WebSocket only`;
    const error = new ServiceError("REQUEST_INVALID", { reason });
    next(Object.assign(new Error(error.message), { data: error.toJSON() }));
  });
  clocks.on("connection", (socket) => {
    const { tokenId } = socket.data.grant;
    const older = newest.get(tokenId);
    newest.set(tokenId, socket);
    if (older !== undefined) supersede(older, host);
    const stop = probe(socket, host);
    socket.on("disconnect", () => {
      stop();
      if (newest.get(tokenId) === socket) newest.delete(tokenId);
    });
  });
}

function supersede(socket: ClockSocket, { ends }: PhoneHost): void {
  socket.emit("error", refusalOf(new ServiceError("DEVICE_SUPERSEDED"), "probe_reply"));
  ends.decide(socket.conn, "superseded");
  socket.disconnect(true);
}

/** Returns how to end it. */
function probe(socket: ClockSocket, host: PhoneHost): () => void {
  const { clock, timers } = host;
  const line = host.directory.line(socket.data.grant.tokenId);
  host.ends.name(socket.conn, () => line.name);
  const rate = { burst: MESSAGES_PER_SECOND, perSecond: MESSAGES_PER_SECOND };
  const mayPass = new Allowance(rate, () => clock.nowUs() / 1000);
  const wire = new WireTimes(socket, () => clock.nowUs());
  const probes = new ClockProbes({
    clock,
    timers,
    // A question that waits for a full socket would carry the time of its waiting.
    send: (question) => wire.sent(() => socket.volatile.compress(false).emit("probe", question)),
    onProbe: (reply, t1Us, atUs) => line.probed(reply, t1Us, atUs),
    isWanted: () => line.isUp,
  });
  socket.onAny((name: string, ...values: unknown[]) => {
    const atUs = wire.cameUs;
    try {
      if (!mayPass.take()) throw new ServiceError("PHONE_RATE_LIMITED", { limit: MESSAGES_PER_SECOND });
      probes.answered(readReply(name, values), atUs);
    } catch (thrown) {
      socket.emit("error", refusalOf(thrown, name));
    }
  });
  probes.start();
  return () => probes.stop();
}

function readReply(name: string, values: readonly unknown[]): ReturnType<typeof probeReply.parse> {
  if (name !== "probe_reply") throw new ServiceError("REQUEST_INVALID", { reason: "only 'probe_reply' is taken here" });
  if (values.length !== 1) throw new ServiceError("REQUEST_INVALID", { reason: "'probe_reply' takes one value" });
  const parsed = probeReply.safeParse(values[0]);
  if (parsed.success) return parsed.data;
  throw new ServiceError("REQUEST_INVALID", { reason: plainReason(parsed.error) });
}
