import { WifiNetworks } from "../../../apps/hub/src/record/wifi-networks.js";
import type { DeviceEntry, SessionMetadata } from "@polychron/session/format";
import type { OpenSession } from "@polychron/session/store";

/** A session whose entry of the phone is rewritten as it is told. */
class Entries {
  entry: Partial<DeviceEntry> = {};
  readonly #networks = new WifiNetworks();

  name(number: number, name: string): void {
    const metadata = { devices: { phone_1: this.entry } } as unknown as SessionMetadata;
    const epoch = { monotonic_zero_us: 0 } as OpenSession["epoch"];
    this.entry = this.#networks.named({ epoch, metadata }, "phone_1", { number, name, atUs: 1e6 }) ?? this.entry;
  }

  get named(): { number: number; name: string }[] {
    return this.entry["wifi_networks"] as { number: number; name: string }[];
  }

  /** What a number stands for at the end. */
  last(number: number): string | undefined {
    return this.named.findLast((network) => network.number === number)?.name;
  }
}

test("beyond 200 names a number loses the name that is not its own any more, and no other", () => {
  const entries = new Entries();
  for (let number = 1; number <= 200; number++) entries.name(number, `net ${number}`);
  for (let round = 0; round < 3; round++)
    for (let number = 1; number <= 50; number++) entries.name(number, `r${round}`);
  expect(entries.named).toHaveLength(250);
  expect([entries.last(50), entries.last(51), entries.last(200)]).toEqual(["", "net 51", "net 200"]);
});

test("a network is written once, however often it is told", () => {
  const entries = new Entries();
  for (let times = 0; times < 3; times++) entries.name(1, "lab");
  expect(entries.named).toMatchObject([{ number: 1, name: "lab" }]);
});
