import type { MonotonicClock, PhoneLink } from "@polychron/devices";
import { CLOCK_NAMESPACE, PHONE_NAMESPACE } from "@polychron/protocol";
import type { Timers } from "@polychron/session/model";
import type { Namespace } from "socket.io";
import { ServiceError } from "../errors.js";
import type { PairedPhones } from "../security/paired-phones.js";
import type { Pairing } from "../security/pairing.js";
import type { TokenSource } from "../security/tokens.js";
import { PhoneAdmission } from "./phone-admission.js";
import { refusalOf } from "./phone-answers.js";
import { serveClock, type ClockNamespace } from "./phone-clock.js";
import type { PhoneDirectory } from "./phone-directory.js";
import { ConnectedPhone, type PhoneHost, type PhoneSocket } from "./phone-socket.js";
import { refusal, requireGrant, type Sockets } from "./sockets.js";

/** What the phones' door needs of the hub. */
export interface PhoneDoor {
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  readonly directory: PhoneDirectory;
  readonly paired: PairedPhones;
  readonly pairing: Pairing;
  /** Told to every phone. */
  readonly hub: { readonly name: string; readonly version: string };
  /** Makes a device of a phone that has said hello, or finds the one that it is; resolves with the device's id. */
  admit(link: PhoneLink): Promise<string>;
  /** Hears of defects: what a message met and no refusal has a code for. */
  onFault(thrown: unknown): void;
}

/** The phones' namespaces, words and clock: a phone's token before anything, each message checked, the newest connection counts. */
export function servePhones(sockets: Sockets, door: PhoneDoor, tokens: TokenSource): () => void {
  const { io, ends } = sockets;
  const admission = new PhoneAdmission((link) => door.admit(link), door.timers);
  const { clock, timers, directory, hub } = door;
  const host: PhoneHost = { clock, timers, directory, admission, hub, ends, onFault: (thrown) => door.onFault(thrown) };
  const phones = io.of(PHONE_NAMESPACE);
  const clocks = io.of(CLOCK_NAMESPACE);
  for (const namespace of [phones, clocks]) {
    letIn(namespace, tokens);
    namespace.on("connection", (socket) =>
      // Not a packet of Socket.IO; a message that is merely called "error" comes with whatever it likes.
      socket.on("error", (thrown: unknown) => thrown instanceof Error && ends.decide(socket.conn, "not_a_packet")),
    );
  }
  phones.on("connection", (socket) => new ConnectedPhone(socket as PhoneSocket, host).listen());
  serveClock(clocks as ClockNamespace, host);
  return door.paired.onRevoked((tokenId) => {
    for (const namespace of [phones, clocks]) expel(namespace, tokenId, sockets);
    directory.forget(tokenId);
  });
}

function letIn(namespace: Namespace, tokens: TokenSource): void {
  namespace.use((socket, next) => {
    try {
      const entrance = { namespace: namespace.name, mayEnter: (role: string) => role === "device", tokens };
      (socket as PhoneSocket).data = { grant: requireGrant(socket, entrance) };
      next();
    } catch (thrown) {
      next(refusal(thrown));
    }
  });
}

/** Ends every connection under a token that was taken away. */
function expel(namespace: Namespace, tokenId: string, { ends }: Sockets): void {
  for (const socket of namespace.sockets.values()) {
    if ((socket as PhoneSocket).data.grant.tokenId !== tokenId) continue;
    socket.emit("error", refusalOf(new ServiceError("PHONE_UNPAIRED"), "hello"));
    ends.decide(socket.conn, "unpaired");
    socket.disconnect(true);
  }
}
