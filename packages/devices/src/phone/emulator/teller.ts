import { plainAck, type PhoneEvent } from "@polychron/protocol";
import type { PhoneBoot } from "./boot.js";
import type { PhoneCondition } from "./condition.js";
import type { LinkState } from "./link-state.js";
import type { PhoneTroubleListener, PhoneWire } from "./ports.js";

/** What telling needs. */
export interface TellerParts {
  readonly wire: PhoneWire;
  readonly link: LinkState;
  readonly condition: PhoneCondition;
  readonly onTrouble: PhoneTroubleListener;
}

/** What a phone says of itself: how it is, and what happened; what happened while it was away is said afterwards. */
export class Teller {
  readonly #parts: TellerParts;
  #untold: readonly PhoneEvent[] = [];

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** Says how the phone is; without effect while it is away, or before the hub said what it wants. */
  status(boot: PhoneBoot): void {
    const { link, condition } = this.#parts;
    if (!link.isWelcome || boot.armed === undefined) return;
    const status = condition.status(boot.clock.nowS, boot.uptimeS);
    this.#say("status", status, () => boot.statusHeard(status));
  }

  event(event: PhoneEvent): void {
    this.#untold = [...this.#untold, event];
    if (this.#parts.link.isWelcome) this.#sayEvent(event);
  }

  /** The hub hears again. */
  welcomed(): void {
    for (const event of this.#untold) this.#sayEvent(event);
  }

  #sayEvent(event: PhoneEvent): void {
    this.#say("event", event, () => (this.#untold = this.#untold.filter((other) => other !== event)));
  }

  #say(name: "status" | "event", value: object, onHeard: () => void): void {
    const { wire, link, onTrouble } = this.#parts;
    wire.ask(name, value).then(
      (answer) => (plainAck.safeParse(answer).success ? onHeard() : onTrouble(name, answer)),
      (thrown: unknown) => link.isWelcome && onTrouble(name, thrown), // while it is away that is no news
    );
  }
}
