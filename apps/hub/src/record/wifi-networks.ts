import type { DeviceEntry } from "@polychron/session/format";
import { hubUs, toSessionS } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { z } from "zod";

const networks = z.array(z.looseObject({ number: z.number(), name: z.string(), from_t_s: z.number() }));

/** From a session time on, a number in a device's stream of statuses stands for a network. */
type Networks = z.infer<typeof networks>;

/** So many names are kept of one device, one a number and more where it numbers them anew. */
const NAMES_MAX = 200;

/** Which Wi-Fi networks the numbers of each device stand for, as its entry in the metadata keeps them. */
export class WifiNetworks {
  readonly #known = new Map<string, Networks>();

  /** What to write into the entry of a device that has named a network; undefined where it says so already. */
  named(
    session: Pick<OpenSession, "epoch" | "metadata">,
    device: string,
    { number, name, atUs }: { readonly number: number; readonly name: string; readonly atUs: number },
  ): Partial<DeviceEntry> | undefined {
    const written = networks.safeParse(session.metadata.devices[device]?.["wifi_networks"]).data ?? [];
    const known = this.#known.get(device) ?? written;
    const said = known.findLast((network) => network.number === number)?.name;
    // Beyond the limit a number loses the name that is not its own any more, once.
    const kept = said === name || known.length < NAMES_MAX ? name : "";
    const isKnown = said === kept || (said === undefined && kept === "");
    // A device that joined anew has a new entry, without what was named before.
    if (isKnown && written.length >= known.length) return undefined;
    const from_t_s = toSessionS(session.epoch, hubUs(atUs));
    const all = isKnown ? known : [...known, { number, name: kept, from_t_s }];
    this.#known.set(device, all);
    return { wifi_networks: all };
  }
}
