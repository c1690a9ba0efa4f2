import { cueAck } from "@polychron/protocol";
import { CUE_ACTS, CUE_CAPABILITIES, type CueAct } from "@polychron/session/model";
import type { CueMaking, CueRequest, MadeCue } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { PhoneLink } from "./link.js";

/** The cues that a phone makes, by what its newest hello says that it can do. */
export class PhoneCues implements CueMaking {
  readonly #link: PhoneLink;
  readonly #device: () => string;

  /** @param device how messages name the phone */
  constructor(link: PhoneLink, device: () => string) {
    this.#link = link;
    this.#device = device;
  }

  get acts(): readonly CueAct[] {
    const capabilities = this.#link.hello?.capabilities ?? [];
    return CUE_ACTS.filter((act) => capabilities.includes(CUE_CAPABILITIES[act]));
  }

  async make(
    { cue, acts, atDeviceS }: CueRequest,
    wait: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<readonly MadeCue[]> {
    const value = { cue, acts: [...acts], at_device_s: atDeviceS };
    const answer = cueAck.safeParse(await this.#link.order("cue", value, wait));
    if (!answer.success) throw this.#invalid(answer.error.issues.map(({ message }) => message).join("; "));
    const { made } = answer.data;
    if (made.some(({ act }) => !acts.includes(act))) throw this.#invalid("it did what it was not told to");
    return made.map(({ act, device_time_s, uncertainty_s }) => {
      return { act, deviceTimeS: device_time_s, uncertaintyS: uncertainty_s };
    });
  }

  #invalid(reason: string): DeviceError {
    return new DeviceError("PHONE_ANSWER_INVALID", { device: this.#device(), order: "cue", reason });
  }
}
