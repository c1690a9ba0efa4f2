import type { HubClient, Lab } from "@polychron/hub";
import { SessionReader, diskFiles, type StreamFile } from "@polychron/session/store";
import { startHubProcess, type HubProcess } from "./hub-process.js";

/** A hub process that records the lab's devices while markers are set one after the other, until somebody interrupts it. */
export interface InterruptibleRun {
  readonly session: string;
  /** Labels whose command was answered with ok, in order; grows until the interruption. */
  readonly acknowledged: readonly string[];
  /** Per device, hub microseconds of the newest sample that the hub has shown to a page. */
  readonly shownUs: ReadonlyMap<string, number>;
  /** Does the deed and ends the hub with SIGKILL; returns the hub microseconds of the deed. */
  interrupt(deed?: () => Promise<void>): Promise<number>;
}

/** Starts a hub that meets the lab's ports as serial ports given by hand. */
export function startLabHub(recordings: string, lab: Lab): Promise<HubProcess> {
  const ports = lab.candidates.map((candidate) => candidate.address).join(",");
  return startHubProcess(recordings, ["--serial-port", ports, "--start-lead-ms", "50"]);
}

/** Resolves once every stream has samples in its file and a page has been shown some of each device. */
export async function startInterruptibleRun(recordings: string, lab: Lab): Promise<InterruptibleRun> {
  const hub = await startLabHub(recordings, lab);
  await Promise.all(
    lab.candidates.map(({ address }) => hub.client.order({ kind: "connect_device", family: "shimmer", address })),
  );
  const session = String((await hub.client.order({ kind: "create_session", name: "interrupted" }))["session"]);
  await hub.client.order({ kind: "start_recording", session });
  const acknowledged: string[] = [];
  const stop = new AbortController();
  const marking = markUntil(hub.client, session, acknowledged, stop.signal);
  await hub.client.until(
    (snapshot) => snapshot.sessions.some((view) => view.recording?.streams.every((stream) => stream.written > 0)),
    "samples on disk",
  );
  await hub.client.until(() => hub.client.shownUs.size === lab.members.length, "curves of every device");
  return {
    session,
    acknowledged,
    shownUs: hub.client.shownUs,
    interrupt: async (deed = () => Promise.resolve()) => {
      const atUs = Number(process.hrtime.bigint()) / 1000;
      await deed();
      stop.abort();
      await marking;
      await hub.kill();
      return atUs;
    },
  };
}

/** Sends one marker after the other; one that was under way at the interruption is simply not acknowledged. */
async function markUntil(
  client: HubClient,
  session: string,
  acknowledged: string[],
  signal: AbortSignal,
): Promise<void> {
  for (let number = 1; !signal.aborted; number++) {
    const label = `mark ${number}`;
    const answer = await Promise.race([
      client.send({ kind: "marker", session, label }).catch(() => undefined),
      aborted(signal),
    ]);
    if (answer?.ok === true) acknowledged.push(label);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) =>
    signal.aborted ? resolve(undefined) : signal.addEventListener("abort", () => resolve(undefined), { once: true }),
  );
}

/** What an interrupted session still holds. */
export interface Remains {
  /** Labels of its markers, in order. */
  readonly labels: readonly string[];
  /** Per stream, how long before the interruption its last sample arrived, seconds. */
  readonly silentS: readonly number[];
  /** Per device, hub microseconds at which its last sample arrived. */
  readonly lastArrivalUs: ReadonlyMap<string, number>;
  /** Sequence numbers of events and samples have no hole. */
  readonly isGapless: boolean;
}

/** Reads the tree as the interruption left it. */
export async function readRemains(recordings: string, session: string, interruptedUs: number): Promise<Remains> {
  const reader = await SessionReader.open(diskFiles(), recordings, session);
  const labels: string[] = [];
  let isGapless = true;
  let lastSeq = 0;
  for await (const event of reader.events()) {
    isGapless &&= event.seq === lastSeq + 1;
    lastSeq = event.seq;
    if (event.event === "marker") labels.push(String(event["label"]));
  }
  const zeroUs = reader.metadata.clock.epochs[0]!.monotonic_zero_us;
  const lastArrivalUs = new Map<string, number>();
  const silentS: number[] = [];
  for (const stream of await reader.streams()) {
    const { arrivalS, isWhole } = await lastSample(reader, stream);
    silentS.push((interruptedUs - zeroUs) / 1e6 - arrivalS);
    lastArrivalUs.set(stream.deviceId, zeroUs + arrivalS * 1e6);
    isGapless &&= isWhole;
  }
  return { labels, silentS, lastArrivalUs, isGapless };
}

async function lastSample(reader: SessionReader, stream: StreamFile): Promise<{ arrivalS: number; isWhole: boolean }> {
  let arrivalS = Number.NaN;
  let nextSeq: number | undefined;
  let isWhole = true;
  for await (const block of reader.blocks(stream)) {
    for (let row = 0; row < block.count; row++) {
      isWhole &&= nextSeq === undefined || block.seq[row] === nextSeq;
      nextSeq = block.seq[row]! + 1;
    }
    arrivalS = block.arrivalS[block.count - 1]!;
  }
  return { arrivalS, isWhole };
}
