import type { OrderedFault } from "@polychron/devices";
import type { JsonObject } from "@polychron/session/model";
import { systemClock } from "../system-clock.js";
import { loadHubConfig } from "../config.js";
import { startHub } from "../main.js";
import type { RunningHub } from "../main.js";
import { HubClient } from "./hub-client.js";
import { Lab } from "./lab.js";
import type { LabFault } from "./lab-fault.js";
import { reportOn, type SimulationReport } from "./simulation-report.js";
import { Usage } from "./usage.js";

/** What to simulate. */
export interface SimulationOptions {
  /** How many devices of every kind the project has. */
  readonly devices: number;
  readonly durationS: number;
  /** 512 Hz, every sensor, ten markers a second. */
  readonly isStressTest: boolean;
  readonly seed: number;
  /** As `LabOptions.behind`. */
  readonly behind?: "pty" | "pipe";
  readonly faults: readonly LabFault[];
  readonly recordings: string;
  /** Where the emulators' truth files are kept; absent: nowhere. */
  readonly keepLogsIn?: string;
  /** Told how far it is, for people. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

const STRESS_SETTINGS: JsonObject = {
  rateHz: 512,
  sensors: ["gsr", "ppg", "accel", "accel_wr", "gyro", "mag", "battery"],
};
/** A stream runs about so long before the recording starts. */
const STREAM_AHEAD_S = 1;
const MARKER_EVERY_MS = { normal: 1_000, stress: 100 } as const;

/** Records a whole session of a simulated lab through the real hub, over real ports and sockets, exports it and checks every count. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const usage = new Usage();
  const lab = await Lab.start({
    count: options.devices,
    seed: options.seed,
    ...(options.behind && { behind: options.behind }),
  });
  try {
    const session = await withHub(options, lab, (client) => record(client, lab, options));
    await lab.finish();
    const report = await reportOn({
      ...options,
      session: session.id,
      lab,
      usage: usage.stop(),
      exportOk: session.exported,
    });
    return report;
  } finally {
    usage.stop();
    await lab.close();
  }
}

async function withHub<Result>(
  options: SimulationOptions,
  lab: Lab,
  work: (client: HubClient) => Promise<Result>,
): Promise<Result> {
  const flags = { recordings: options.recordings, port: 0, logLevel: "silent" };
  const hub: RunningHub = await startHub(loadHubConfig({ flags, env: {}, workingFolder: process.cwd() }), lab);
  const client = await HubClient.connect(hub.url);
  try {
    return await work(client);
  } finally {
    client.close();
    await hub.stop();
  }
}

async function record(
  client: HubClient,
  lab: Lab,
  options: SimulationOptions,
): Promise<{ id: string; exported: boolean }> {
  const { say } = options;
  await orderFaults(
    lab,
    options.faults.filter(({ fault }) => isBeforeStream(fault)),
    STREAM_AHEAD_S,
  );
  say(`Connecting ${lab.members.length} devices`);
  const settings = options.isStressTest ? { settings: STRESS_SETTINGS } : {};
  await Promise.all(
    lab.candidates.map(({ family, address }) =>
      client.order({ kind: "connect_device", family, address, ...(settings as object) }),
    ),
  );
  await client.until(
    (snapshot) =>
      snapshot.devices.length === lab.members.length && snapshot.devices.every((device) => device.phase === "armed"),
    "every device streaming",
  );
  const id = String((await client.order({ kind: "create_session", name: "simulation" }))["session"]);
  say(`Recording ${id} for ${options.durationS} s`);
  const { start_us: startUs } = await client.order({ kind: "start_recording", session: id });
  const aheadS = Math.max(0, (Number(startUs) - systemClock().nowUs()) / 1e6);
  await orderFaults(
    lab,
    options.faults.filter(({ fault }) => !isBeforeStream(fault)),
    aheadS,
  );
  await markEvery(client, id, aheadS + options.durationS, options);
  await client.order({ kind: "stop_recording", session: id });
  await client.order({ kind: "end_session", session: id });
  say("Exporting");
  return { id, exported: await exportAll(client, id) };
}

/** Runs for the duration, setting markers; the hub counts while we wait. */
async function markEvery(
  client: HubClient,
  session: string,
  forS: number,
  { isStressTest, signal, say }: SimulationOptions,
): Promise<void> {
  const everyMs = isStressTest ? MARKER_EVERY_MS.stress : MARKER_EVERY_MS.normal;
  const endMs = performance.now() + forS * 1000;
  for (let number = 1; performance.now() < endMs; number++) {
    signal.throwIfAborted();
    await wait(Math.min(everyMs, endMs - performance.now()));
    await client.order({ kind: "marker", session, label: `mark ${number}` });
    say(progressText(client));
  }
}

function progressText(client: HubClient): string {
  const streams = client.snapshot.sessions.flatMap((session) => session.recording?.streams ?? []);
  return streams.map(({ device, expected, written }) => `${device} ${written}/${expected}`).join("  ");
}

async function exportAll(client: HubClient, session: string): Promise<boolean> {
  const job = String((await client.order({ kind: "export_session", session, formats: ["csv", "mat"] }))["job"]);
  const ended = (status: string | undefined): boolean =>
    status !== undefined && status !== "pending" && status !== "running";
  const snapshot = await client.until(
    (state) => ended(state.jobs.find((view) => view.id === job)?.status),
    "the export's end",
    600_000,
  );
  return snapshot.jobs.find((view) => view.id === job)!.status === "done";
}

/** A counter cannot be made to wrap while it streams: that is ordered before, timed from the start of the stream. */
function isBeforeStream(fault: OrderedFault): boolean {
  return fault.kind === "wrap";
}

/** Faults are timed from the scheduled start of the recording, which is still ahead. */
async function orderFaults(lab: Lab, faults: readonly LabFault[], aheadS: number): Promise<void> {
  for (const { fault, device } of faults) {
    const members = lab.members.filter((member) => device === "all" || member.number === device);
    for (const member of members) await member.order({ ...fault, atS: fault.atS + aheadS });
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
