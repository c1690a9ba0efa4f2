import {
  coordinationScore,
  dataScore,
  lowest,
  rateOff,
  syncScore,
  writtenShare,
  type SyncFacts,
} from "@polychron/processing";
import type { DeviceView, HubSnapshot, RecordingView, ScoresView, SessionView } from "@polychron/protocol";
import type { QualityScore } from "@polychron/session/format";

/** Scores look back so far, hub microseconds. */
const WINDOW_US = 60e6;
/** With less behind it a score would be that of a single block. */
const LEAST_US = 9e6;

/** What one look at a recording saw of its devices. */
interface Look {
  readonly atUs: number;
  readonly streams: ReadonlyMap<string, { readonly expected: number; readonly received: number }>;
  /** By device. */
  readonly present: ReadonlyMap<string, boolean>;
  readonly bursts: ReadonlyMap<string, { readonly bursts: number; readonly outside: number }>;
}

interface Watched {
  readonly recording: number;
  readonly looks: Look[];
  /** As of the last look, once they were asked for. */
  scores?: readonly DeviceScores[] | undefined;
}

/** A device's three scores over the last minute. */
interface DeviceScores {
  readonly device: string;
  readonly data: QualityScore;
  readonly synchronization: QualityScore;
  readonly coordination: QualityScore;
}

/**
 * The scores of everything that is being recorded, over its last minute, by the formulas of the report. Looks at the
 * snapshot now and then; memory is a minute of looks.
 */
export class LiveScores {
  readonly #watched = new Map<string, Watched>();

  /** Takes note of how things stand. */
  look(snapshot: HubSnapshot): void {
    const recording = new Map(snapshot.sessions.flatMap(({ id, recording }) => (recording ? [[id, recording]] : [])));
    for (const id of [...this.#watched.keys()]) if (!recording.has(id)) this.#watched.delete(id);
    for (const [id, run] of recording) this.#take(id, run, snapshot);
  }

  /** The snapshot with the scores of what is being recorded. */
  mark(snapshot: HubSnapshot): HubSnapshot {
    const scores = snapshot.sessions.flatMap((session) => this.#scoresOf(session, snapshot.devices));
    if (scores.length === 0) return snapshot;
    const byDevice = new Map(scores.flatMap(({ devices }) => devices.map((each) => [each.device, each])));
    return {
      ...snapshot,
      devices: snapshot.devices.map((device) => withScores(device, byDevice.get(device.id))),
      sessions: snapshot.sessions.map((session) => {
        const own = scores.find(({ id }) => id === session.id);
        return own === undefined ? session : { ...session, scores: sessionView(own.devices) };
      }),
    };
  }

  #take(id: string, run: RecordingView, { devices, hub }: HubSnapshot): void {
    const known = this.#watched.get(id);
    const watched: Watched = known?.recording === run.number ? known : { recording: run.number, looks: [] };
    watched.scores = undefined;
    this.#watched.set(id, watched);
    const own = devices.filter(({ session }) => session === id);
    watched.looks.push({
      atUs: hub.now_us,
      streams: new Map(run.streams.map((stream) => [`${stream.device} ${stream.stream}`, stream])),
      present: new Map(own.map((device) => [device.id, device.phase === "armed"])),
      bursts: new Map(own.flatMap(({ id: device, clock }) => (clock === null ? [] : [[device, clock]]))),
    });
    while (watched.looks.length > 2 && watched.looks[1]!.atUs <= hub.now_us - WINDOW_US) watched.looks.shift();
  }

  #scoresOf(session: SessionView, devices: readonly DeviceView[]): { id: string; devices: readonly DeviceScores[] }[] {
    const watched = this.#watched.get(session.id);
    const run = session.recording;
    if (watched === undefined || run === null || run.number !== watched.recording || watched.looks.length < 2)
      return [];
    const { looks } = watched;
    if (looks.at(-1)!.atUs - looks[0]!.atUs < LEAST_US) return [];
    watched.scores ??= devices
      .filter((device) => device.session === session.id)
      .map((device) => deviceScores(device, run, looks));
    // One that has left since, or that belongs to another session now, has no part in it.
    const here = new Set(devices.filter((device) => device.session === session.id).map(({ id }) => id));
    return [{ id: session.id, devices: watched.scores.filter(({ device }) => here.has(device)) }];
  }
}

function deviceScores(device: DeviceView, run: RecordingView, looks: readonly Look[]): DeviceScores {
  const present = looks.filter((look) => look.present.get(device.id) === true).length / looks.length;
  const counted = run.streams
    .filter((stream) => stream.device === device.id)
    .map(({ stream }) => {
      // What was received a moment ago is on its way to the disk: only the report counts what is there.
      const counts = growth(looks, (look) => look.streams.get(`${device.id} ${stream}`), ["expected", "received"]);
      return { stream, expected: counts.expected, written: counts.received };
    });
  const rates = counted.flatMap(({ stream, ...counts }) => {
    const live = device.streams.find(({ file_type: fileType }) => fileType === stream);
    return live === undefined ? [] : (rateOff({ ...live, ...counts }, present) ?? []);
  });
  const start = run.starts.find((each) => each.device === device.id);
  const skewMs = start?.skew_ms ?? null;
  const own = start?.own ?? null;
  return {
    device: device.id,
    data: dataScore({ written: counted.map(writtenShare), present, rateOff: rates, files: null }),
    synchronization: syncScore(syncFacts(device, looks)),
    coordination: coordinationScore({
      startSkewsS: start?.status === "never" ? [Infinity] : skewMs === null ? [] : [skewMs / 1e3],
      acknowledged: own === null ? null : Number(own.status !== "never"),
      present,
      answered: null,
    }),
  };
}

function syncFacts({ id, clock }: DeviceView, looks: readonly Look[]): SyncFacts {
  if (clock === null) return { method: "none", boundS: null, outside: 0 };
  const { bursts, outside } = growth(looks, (look) => look.bursts.get(id), ["bursts", "outside"]);
  const boundMs = clock.bound99_ms ?? clock.relative_ms;
  const boundS = boundMs === null ? null : boundMs / 1e3;
  return {
    method: clock.method,
    boundS: clock.method === "hub" ? (boundS ?? 0) : boundS,
    outside: bursts === 0 ? 0 : outside / bursts,
  };
}

/** By how much counters grew over the looks; one that began anew counts from nothing. */
function growth<Key extends string>(
  looks: readonly Look[],
  of: (look: Look) => Readonly<Record<Key, number>> | undefined,
  keys: readonly Key[],
): Record<Key, number> {
  const first = of(looks[0]!);
  const last = of(looks.at(-1)!);
  const grown = (key: Key): number => {
    const [from, to] = [first?.[key] ?? 0, last?.[key] ?? 0];
    return to >= from ? to - from : to;
  };
  return Object.fromEntries(keys.map((key) => [key, grown(key)])) as Record<Key, number>;
}

function withScores(device: DeviceView, scores: DeviceScores | undefined): DeviceView {
  if (scores === undefined) return device;
  const { data, synchronization, coordination } = scores;
  const values = {
    data: rounded(data),
    synchronization: rounded(synchronization),
    coordination: rounded(coordination),
  };
  return { ...device, scores: values };
}

function sessionView(devices: readonly DeviceScores[]): ScoresView {
  const of = (area: "data" | "synchronization" | "coordination"): number | null =>
    rounded(lowest(devices.map((device) => ({ device: device.device, score: device[area] }))));
  return { data: of("data"), synchronization: of("synchronization"), coordination: of("coordination") };
}

function rounded({ value }: QualityScore): number | null {
  return value === null ? null : Math.floor(value * 100 + 1e-9) / 100;
}
