import type { LiveDevice } from "../../../apps/hub/src/record/live-device.js";
import { gatherSnapshot, type SnapshotSources } from "../../../apps/hub/src/record/snapshot.js";

/** A device of a family behind an address, as far as a snapshot needs it. */
function device(family: string, address: string): LiveDevice {
  const view = (session: string | null): object => ({ id: `${family}_1`, label: "Pixel 9", session });
  return { id: `${family}_1`, candidate: { family, address }, view } as unknown as LiveDevice;
}

test("a phone carries the name that it was given when it was paired; no other device is asked for one", () => {
  const names: Readonly<Record<string, string>> = { a1: "Left hand", "/dev/rfcomm0": "never asked" };
  const devices = [device("phone", "a1"), device("phone", "b2"), device("shimmer", "/dev/rfcomm0")];
  const none = (): readonly never[] => [];
  const sources = {
    registry: { devices, candidates: none },
    ...{ sessions: none, interrupted: none, jobs: none, cues: none, faults: none },
    ...{ nowUs: () => 0, freeBytes: () => null, sessionOf: () => null, nameOf: (address: string) => names[address] },
  } as unknown as SnapshotSources;
  const seen = gatherSnapshot(sources, 1).devices.map((view) => ("name" in view ? view.name : "none"));
  expect(seen).toEqual(["Left hand", "none", "none"]);
});
