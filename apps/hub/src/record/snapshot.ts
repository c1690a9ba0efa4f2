import type {
  CueView,
  DeviceView,
  HubSnapshot,
  InterruptedView,
  JobView,
  SessionView,
  FaultView,
} from "@polychron/protocol";
import { PHONE_FAMILY } from "./admit-phone.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";

/** Where each part of the snapshot comes from. */
export interface SnapshotSources {
  readonly registry: DeviceRegistry;
  readonly hub: Omit<HubSnapshot["hub"], "now_us" | "free_bytes">;
  nowUs(): number;
  freeBytes(): number | null;
  sessions(): readonly SessionView[];
  sessionOf(device: string): string | null;
  /** The name that whoever is behind an address was given when it was paired. */
  nameOf(address: string): string | undefined;
  interrupted(): readonly InterruptedView[];
  jobs(): readonly JobView[];
  cues(): readonly CueView[];
  faults(): readonly FaultView[];
}

/** The state of the hub as the pages see it, gathered whole. */
export function gatherSnapshot(sources: SnapshotSources, revision: number): HubSnapshot {
  const nowUs = sources.nowUs();
  return {
    revision,
    hub: { ...sources.hub, now_us: nowUs, free_bytes: sources.freeBytes() },
    candidates: sources.registry.candidates(),
    devices: sources.registry.devices.map((device) => viewOf(device, sources, nowUs)),
    sessions: sources.sessions(),
    interrupted: sources.interrupted(),
    jobs: sources.jobs(),
    cues: sources.cues(),
    faults: sources.faults(),
  };
}

function viewOf(device: LiveDevice, sources: SnapshotSources, nowUs: number): DeviceView {
  const { family, address } = device.candidate;
  const name = family === PHONE_FAMILY ? sources.nameOf(address) : undefined;
  return { ...device.view(sources.sessionOf(device.id), nowUs), ...(name !== undefined && { name }) };
}
