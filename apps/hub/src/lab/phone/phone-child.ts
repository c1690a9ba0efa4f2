import { serveRequests, type ChildWork } from "../child-server.js";
import { EmulatedPhone } from "./emulated-phone.js";
import type { PhoneRequest } from "./phone-requests.js";

/** The process of one emulated phone: takes orders from its lab, and ends when the lab does. */
export function servePhone(): void {
  serveRequests(new PhoneProcess());
}

class PhoneProcess implements ChildWork<PhoneRequest> {
  #phone: EmulatedPhone | undefined;

  async obey(request: PhoneRequest): Promise<unknown> {
    switch (request.kind) {
      case "start":
        return void (this.#phone = await EmulatedPhone.start(request));
      case "join":
        return this.#phone!.join(request);
      case "order":
        return this.#phone!.order(request.fault);
      case "hand_over":
        return this.#phone!.untilEmpty(request.withinMs);
      case "close":
        return this.#phone?.close();
    }
  }

  isLast({ kind }: PhoneRequest): boolean {
    return kind === "close";
  }
}
