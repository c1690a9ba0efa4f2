import type { CueView, HubSnapshot, InterruptedView, JobView, SessionView, FaultView } from "@polychron/protocol";
import type { DeviceRegistry } from "./device-registry.js";

/** Where each part of the snapshot comes from. */
export interface SnapshotSources {
  readonly registry: DeviceRegistry;
  readonly hub: Omit<HubSnapshot["hub"], "now_us" | "free_bytes">;
  nowUs(): number;
  freeBytes(): number | null;
  sessions(): readonly SessionView[];
  sessionOf(device: string): string | null;
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
    devices: sources.registry.devices.map((device) => device.view(sources.sessionOf(device.id), nowUs)),
    sessions: sources.sessions(),
    interrupted: sources.interrupted(),
    jobs: sources.jobs(),
    cues: sources.cues(),
    faults: sources.faults(),
  };
}
