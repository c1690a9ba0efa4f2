import type { HubSnapshot, SessionView } from "@polychron/protocol";
import { systemClock } from "../system-clock.js";
import { loadHubConfig } from "../config.js";
import { startHub } from "../main.js";
import type { RunningHub } from "../main.js";
import { HubClient } from "./hub-client.js";
import type { LabLink } from "./impair/links.js";
import { Lab } from "./lab.js";
import { isBeforeStream, type LabFault } from "./lab-fault.js";
import type { FoundMember } from "./member.js";
import { reportOn, type SimulationReport } from "./simulation-report.js";
import { Usage } from "./usage.js";

/** What to simulate. */
export interface SimulationOptions {
  /** How many devices of each kind. */
  readonly shimmers: number;
  readonly phones: number;
  readonly cameras: number;
  readonly durationS: number;
  /** 512 Hz, every sensor, ten markers a second. */
  readonly isStressTest: boolean;
  readonly seed: number;
  /** As `LabOptions.behind`. */
  readonly behind?: "pty" | "pipe";
  /** As `LabOptions.impair`. */
  readonly impair?: LabLink;
  readonly faults: readonly LabFault[];
  readonly recordings: string;
  /** Where the emulators' truth files are kept; absent: nowhere. */
  readonly keepLogsIn?: string;
  /** Told how far it is, for people. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A stream runs about so long before the recording starts. */
const STREAM_AHEAD_S = 1;
/** Files of phones on their way, a video being converted: this much later at the latest the session is whole. */
const WHOLE_WITHIN_MS = 120_000;
const MARKER_EVERY_MS = { normal: 1_000, stress: 100 } as const;

/** Records a whole session of a simulated lab through the real hub, over real ports and sockets, exports it and checks every count. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const usage = new Usage();
  const lab = await Lab.start(options);
  try {
    const session = await withHub(options, lab, (client, url) => record(client, lab, { ...options, url }));
    const network = (await lab.network?.report()) ?? null;
    await lab.finish();
    const report = await reportOn({
      ...options,
      session: session.id,
      lab,
      network,
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
  work: (client: HubClient, url: string) => Promise<Result>,
): Promise<Result> {
  const flags = { recordings: options.recordings, port: 0, logLevel: "silent" };
  const hub: RunningHub = await startHub(loadHubConfig({ flags, env: {}, workingFolder: process.cwd() }), lab);
  const client = await HubClient.connect(hub.url);
  try {
    return await work(client, hub.url);
  } finally {
    client.close();
    await hub.stop();
  }
}

async function record(
  client: HubClient,
  lab: Lab,
  options: SimulationOptions & { readonly url: string },
): Promise<{ id: string; exported: boolean }> {
  const { say, faults } = options;
  await lab.order(faults.filter(isBeforeStream), STREAM_AHEAD_S);
  say(`Connecting ${lab.members.length} devices`);
  await connect(client, lab, options);
  const id = String((await client.order({ kind: "create_session", name: "simulation" }))["session"]);
  say(`Recording ${id} for ${options.durationS} s`);
  const { start_us: startUs } = await client.order({ kind: "start_recording", session: id });
  // Faults are timed from the scheduled start of the recording, which is still ahead.
  const aheadS = Math.max(0, (Number(startUs) - systemClock().nowUs()) / 1e6);
  const later = faults.filter((fault) => !isBeforeStream(fault));
  await lab.order(later, aheadS);
  await markEvery(client, id, aheadS + options.durationS, options);
  await client.order({ kind: "stop_recording", session: id });
  await endWhole(client, lab, id, say);
  say("Exporting");
  return { id, exported: await exportAll(client, id) };
}

/** Every device streams when this resolves: phones come by themselves, the others are connected. */
async function connect(
  client: HubClient,
  lab: Lab,
  { isStressTest, url }: SimulationOptions & { url: string },
): Promise<void> {
  await lab.join({ url, pair: async () => String((await client.order({ kind: "pair_phone" }))["code"]) });
  const connectOne = ({ candidate: { family, address }, settings }: FoundMember): Promise<unknown> => {
    const chosen = settings(isStressTest);
    return client.order({ kind: "connect_device", family, address, ...(chosen && { settings: chosen as never }) });
  };
  // Cameras are numbered in the order in which they are met: camera 2 of the lab is to be the hub's `webcam_2`.
  const inTurn = async (members: readonly FoundMember[]): Promise<void> => {
    for (const member of members) await connectOne(member);
  };
  await Promise.all([...lab.shimmers.map(connectOne), inTurn(lab.cameras)]);
  await client.until(
    ({ devices }) => devices.length === lab.members.length && devices.every(({ phase }) => phase === "armed"),
    "every device streaming",
  );
}

/** Ends the session when every file that a device holds is here, and waits for its seal. */
async function endWhole(client: HubClient, lab: Lab, session: string, say: (text: string) => void): Promise<void> {
  say("Waiting for the phones' files");
  await lab.handOver(WHOLE_WITHIN_MS);
  const own = (snapshot: HubSnapshot): SessionView | undefined => snapshot.sessions.find(({ id }) => id === session);
  await client.until((snapshot) => own(snapshot)?.awaited.length === 0, "every file received", WHOLE_WITHIN_MS);
  await client.order({ kind: "end_session", session });
  await client.until((snapshot) => own(snapshot) === undefined, "the session sealed", WHOLE_WITHIN_MS);
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

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
