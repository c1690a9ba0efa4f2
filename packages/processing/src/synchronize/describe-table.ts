import type { ColumnMethod } from "../resample/index.js";
import type { TableColumn, TimedSession } from "../timed/index.js";
import type { RecordingTable } from "./recording-table.js";
import type { StreamFeed } from "./stream-feed.js";

const VERSION = 1;
const METHOD_TEXTS: Readonly<Record<ColumnMethod, string>> = {
  low_pass: "linear-phase low-pass evaluated at the row's time; nothing across a gap",
  pchip: "monotone cubic (PCHIP) between the neighbouring samples; nothing across a gap",
  previous: "the last sample at or before the row; never interpolated",
};

/** What stands in the description of every table of a session. */
export interface DescribedSession {
  readonly session: TimedSession;
  readonly software: { readonly name: string; readonly version: string };
}

/** The sidecar of a finished table: columns with unit and source, methods, filters, rates, bounds, gaps, markers. No date in it: the same session gives the same bytes. */
export function describeTable(
  table: RecordingTable,
  { session, software }: DescribedSession,
  file: { readonly path: string; readonly rows: number },
): object {
  const { grid, span, plan, feeds } = table;
  return {
    schema_version: VERSION,
    session_id: session.sessionId,
    recording: plan.recording,
    data_file: file.path,
    software,
    simulated: feeds.some(({ plan: { table: source } }) => source.simulated),
    incomplete: session.incomplete,
    grid: {
      rate_hz: grid.rateHz,
      anchor: "session zero: row k of the grid lies at t_s = k / rate_hz",
      first_index: span.from,
      from_s: file.rows === 0 ? null : grid.timeS(span.from),
      to_s: file.rows === 0 ? null : grid.timeS(span.from + file.rows - 1),
      rows: file.rows,
    },
    methods: METHOD_TEXTS,
    columns: [...fixedColumns(), ...feeds.flatMap(streamColumns)],
    streams: feeds.map(describeStream),
    markers: session.markers.map(({ label, tS, timestamp }, index) => ({
      number: index + 1,
      label,
      t_s: tS,
      timestamp,
    })),
  };
}

function fixedColumns(): object[] {
  const none = { source: null, method: null };
  return [
    { name: "t_s", unit: "s", description: "Session time: seconds since the session was created", ...none },
    { name: "marker", unit: "", description: "Number of the last marker at or before the row (see markers)", ...none },
    { name: "marker_t_s", unit: "s", description: "Exact session time of that marker", ...none },
  ];
}

function streamColumns({ plan, resampler }: StreamFeed): object[] {
  const { table, names, timeName, columns } = plan;
  const source = (channel: string) => ({ device: table.deviceId, stream: table.fileType, channel });
  return [
    {
      name: timeName,
      unit: "s",
      description: "Exact session time of the last sample at or before the row: the one whose values are held",
      source: source("t_s"),
      method: "previous",
    },
    ...columns.map(({ name, unit, description }: TableColumn, index) => ({
      name: names[index],
      unit,
      description,
      source: source(name),
      method: resampler.methods[index],
    })),
  ];
}

function describeStream({ plan, resampler, facts }: StreamFeed): object {
  const { table, paths } = plan;
  const { samples, withoutTime, gaps, longestGapS } = resampler.tally;
  return {
    device: table.deviceId,
    stream: table.fileType,
    files: paths,
    simulated: table.simulated,
    nominal_rate_hz: table.nominalRateHz,
    effective_rate_hz: table.effectiveRateHz,
    sample_period_s: facts.periodS,
    time: { method: table.timeline.method, bound_s: table.timeline.boundS, note: table.timeline.boundNote },
    gap_limit_s: Number.isFinite(resampler.gapS) ? resampler.gapS : null,
    gaps: { count: gaps, longest_s: gaps === 0 ? null : longestGapS },
    samples_used: samples,
    samples_without_time: withoutTime,
    filter: describeFilter(resampler.filter, facts.periodS),
  };
}

function describeFilter(filter: StreamFeed["resampler"]["filter"], periodS: number | null): object | null {
  if (filter === null) return null;
  return {
    kind: filter.kind,
    window: filter.window,
    beta: filter.beta,
    cutoff_hz: filter.cutoffHz,
    pass_hz: filter.passHz,
    stop_hz: filter.stopHz,
    stop_db: filter.stopDb,
    half_length_s: filter.halfLengthS,
    taps: periodS === null ? null : 2 * Math.floor(filter.halfLengthS / periodS) + 1,
    delay_s: 0,
    edges: "odd reflection about the last sample of a stretch",
  };
}
