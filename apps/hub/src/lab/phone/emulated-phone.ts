import { PhoneBrain, systemTimers, type OrderedFault, type PhoneTroubleListener } from "@polychron/devices";
import { UPLOAD_PATH, type PhoneWelcome } from "@polychron/protocol";
import { ServiceError } from "../../errors.js";
import { systemClock } from "../../system-clock.js";
import { fileUploader } from "./file-sender.js";
import { pairPhone } from "./pairing.js";
import { PhoneFolder } from "./phone-folder.js";
import type { JoinedPhone, PhoneMake, PhoneWay } from "./phone-requests.js";
import { PhoneSockets } from "./phone-sockets.js";
import { PhoneTruthFile } from "./phone-truth.js";

const WELCOME_WITHIN_MS = 25_000;

/** A phone made of code on a real network, with a real folder and a real encoder. */
export class EmulatedPhone {
  readonly #make: PhoneMake;
  readonly #folder: PhoneFolder;
  readonly #truth: PhoneTruthFile | undefined;
  readonly #onTrouble: PhoneTroubleListener;
  #brain: PhoneBrain | undefined;
  /** The last thing that went wrong, for whoever waits in vain. */
  #trouble = "it says nothing";

  private constructor(make: PhoneMake, folder: PhoneFolder, onTrouble: PhoneTroubleListener) {
    this.#make = make;
    this.#folder = folder;
    this.#onTrouble = onTrouble;
    this.#truth = make.truthPath === undefined ? undefined : new PhoneTruthFile(make.truthPath);
  }

  /** @param onTrouble told of what goes wrong on the phone itself */
  static async start(make: PhoneMake, onTrouble: PhoneTroubleListener = () => undefined): Promise<EmulatedPhone> {
    return new EmulatedPhone(make, await PhoneFolder.open(make), onTrouble);
  }

  /** Pairs with a hub and says hello; once. Throws `SIMULATION_FAILED`. */
  async join({ hub, code }: PhoneWay): Promise<JoinedPhone> {
    const model = `Emulated phone ${this.#make.number}`;
    const token = await pairPhone(hub, { code, name: model });
    const welcome = this.#switchOn({ hub, token, model });
    const { device } = await within(WELCOME_WITHIN_MS, welcome, () => failed("join the hub", this.#trouble));
    return { device };
  }

  /** Orders a fault, timed from now. Throws `DEVICE_FAULT_INVALID`, and `SIMULATION_FAILED` before it has joined. */
  order(fault: OrderedFault): void {
    this.#joined().order(fault);
  }

  /** Resolves when it records nothing and the hub has every file. Throws `SIMULATION_FAILED` after `withinMs`. */
  async untilEmpty(withinMs: number): Promise<void> {
    if (await this.#joined().untilEmpty(withinMs)) return;
    throw failed("hand over its files", `it still holds some after ${withinMs} ms; last, ${this.#trouble}`);
  }

  /** Switches it off for good; its truth is on the disk when this resolves. */
  async close(): Promise<void> {
    await this.#brain?.close();
    this.#truth?.close();
  }

  #joined(): PhoneBrain {
    if (this.#brain === undefined) throw failed("take an order", "it has not joined a hub");
    return this.#brain;
  }

  /** Resolves with the hub's first welcome. */
  #switchOn({ hub, token, model }: { hub: string; token: string; model: string }): Promise<PhoneWelcome> {
    return new Promise((onWelcome) => {
      const wire: PhoneSockets = new PhoneSockets(
        { hub, token },
        {
          onUp: () => brain.up(),
          onDown: () => brain.down(),
          onMessage: (name, value, answer) => brain.hear(name, value, answer),
          onProbe: (question) => brain.probe(question),
        },
      );
      const brain: PhoneBrain = new PhoneBrain({
        ...{ wire, model, seed: this.#make.seed, driftPpm: this.#make.driftPpm },
        ...{ clock: systemClock(), timers: systemTimers, video: this.#folder, storage: this.#folder },
        uploader: fileUploader({ endpoint: new URL(UPLOAD_PATH, hub).href, token }),
        ...(this.#truth && { onTruth: this.#truth.add }),
        ...{ onWelcome, onTrouble: this.#noteTrouble },
      });
      this.#brain = brain;
      brain.start();
    });
  }

  readonly #noteTrouble: PhoneTroubleListener = (what, thrown) => {
    this.#trouble = `${what}: ${thrown instanceof Error ? thrown.message : JSON.stringify(thrown)}`;
    this.#onTrouble(what, thrown);
  };
}

function within<Value>(limitMs: number, value: Promise<Value>, error: () => Error): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = systemTimers.after(limitMs, () => reject(error()));
    void value.then((settled) => {
      cancel();
      resolve(settled);
    });
  });
}

function failed(what: string, reason: string): ServiceError {
  return new ServiceError("SIMULATION_FAILED", { what: `let an emulated phone ${what}`, reason });
}
