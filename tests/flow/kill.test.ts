import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab, type HubClient } from "@polychron/hub";
import { checkSession, diskFiles } from "@polychron/session/store";
import { readRemains, startInterruptibleRun, startLabHub, type InterruptibleRun } from "./interruptible-run.js";

/** `npm run kill-loop` asks for 200; every run of the suite does a few. */
const KILLS = Number(process.env["POLYCHRON_KILLS"] ?? 4);
/** A sample that has arrived may wait this long in the hub's memory before it is in the file. */
const SAMPLES_LOST_AT_MOST_S = 0.25;
const CHOICES = ["end", "continue", "discard"] as const;

let lab: Lab;
let recordings: string;

beforeAll(async () => {
  recordings = await mkdtemp(join(tmpdir(), "polychron-kill-"));
  lab = await Lab.start({ shimmers: 2, seed: 7 });
}, 60_000);

afterAll(async () => {
  await lab.close();
  await rm(recordings, { recursive: true, force: true });
});

test(
  `${KILLS} times the hub is killed while it records: every acknowledged marker is there once, and at most 250 ms of samples are gone`,
  async () => {
    const silentS: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const run = await startInterruptibleRun(recordings, lab);
      await new Promise((resolve) => setTimeout(resolve, randomMs(kill)));
      const killedUs = await run.interrupt();
      silentS.push(...(await expectNothingAcknowledgedLost(run, killedUs)));
      await expectOffered(run.session, CHOICES[kill % CHOICES.length]!);
    }
    expect(median(silentS)).toBeLessThan(SAMPLES_LOST_AT_MOST_S);
  },
  60_000 + KILLS * 30_000,
);

/** Returns how long before the kill the last sample in each file had arrived, seconds. */
async function expectNothingAcknowledgedLost(run: InterruptibleRun, killedUs: number): Promise<readonly number[]> {
  const { session, acknowledged, shownUs } = run;
  const remains = await readRemains(recordings, session, killedUs);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(remains.labels.slice(0, acknowledged.length)).toEqual(acknowledged);
  expect(new Set(remains.labels).size).toBe(remains.labels.length);
  expect(remains.isGapless).toBe(true);
  expect(remains.lastArrivalUs.size).toBe(lab.members.length);
  // What a page had seen had arrived, whatever a busy machine did to the emulators' own processes.
  for (const [device, arrivalUs] of remains.lastArrivalUs) {
    expect((shownUs.get(device)! - arrivalUs) / 1e6).toBeLessThan(SAMPLES_LOST_AT_MOST_S);
  }
  return remains.silentS;
}

/** The next hub offers the session; whatever is chosen, what stays is whole. */
async function expectOffered(session: string, choice: (typeof CHOICES)[number]): Promise<void> {
  const hub = await startLabHub(recordings, lab);
  try {
    await hub.client.until(
      (snapshot) => snapshot.interrupted.some((view) => view.id === session),
      "the interrupted session",
    );
    await hub.client.order({ kind: "recover_session", session, choice });
    if (choice === "continue") await endContinued(hub.client, session);
  } finally {
    expect(await hub.stop()).toBe(0);
  }
  if (choice === "discard") return;
  const report = await checkSession({ files: diskFiles(), recordingsFolder: recordings, sessionId: session });
  expect(report.findings.filter((finding) => finding.severity !== "info")).toEqual([]);
}

/** It was recording, so it records again, in a second recording behind a logged gap. */
async function endContinued(client: HubClient, session: string): Promise<void> {
  await client.until(
    (snapshot) => snapshot.sessions.some((view) => view.id === session && view.recording?.number === 2),
    "a second recording",
  );
  await client.order({ kind: "stop_recording", session });
  await client.order({ kind: "end_session", session });
}

/** Spread over the cycle of writes and syncs, the same in every run. */
function randomMs(kill: number): number {
  return 100 + ((kill * 7919) % 1400);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
