import type { DeviceQuality } from "@polychron/session/format";
import type { SessionEvent } from "@polychron/session/model";
import type { Span } from "./spans.js";

/** Gaps are listed one by one up to so many a device, the largest; all are counted. */
const GAPS_LISTED = 200;

/** Errors are kept up to so many a device, the newest. */
const ERRORS_KEPT = 100;

/** An error that the log has of a device. */
export interface LoggedError {
  readonly code: string;
  readonly atS: number;
}

/** What the log says of one device. */
export interface DeviceLogFacts {
  readonly losses: DeviceQuality["losses"];
  readonly largestGaps: DeviceQuality["largest_gaps"];
  /** Away from and to, session seconds; the last may be open (`Infinity`). */
  readonly away: readonly Span[];
  /** When it was connected for the first time; `-Infinity` where the log does not tell. */
  readonly connectedS: number;
  /** Numbers of the recordings whose start it confirmed. */
  readonly acknowledged: ReadonlySet<number>;
  /** In the order of the log, the newest 100. */
  readonly errors: readonly LoggedError[];
}

type GapMark = DeviceQuality["largest_gaps"][number];

/** Reads a session's log event by event, and keeps what it says of losses, absences and answers. */
export class LogTally {
  readonly #devices = new Map<string, DeviceTally>();

  take(event: SessionEvent): void {
    const device = event["device"];
    if (typeof device !== "string" || device === "") return;
    const tally = this.#of(device);
    if (event.event === "gap") tally.gap(event);
    if (event.event === "device_lost" || event.event === "device_disconnected") tally.leave(event.t_s);
    if (event.event === "device_connected") tally.connect(event.t_s);
    if (event.event === "device_reconnected") tally.comeBack(event.t_s);
    if (event.event === "device_ack" && event["ack"] === "start") tally.acknowledge(event["recording"]);
    if (event.event === "error") tally.fail(event);
  }

  /** Of a device that the log never named, nothing. */
  facts(device: string): DeviceLogFacts {
    return this.#of(device).facts();
  }

  #of(device: string): DeviceTally {
    const known = this.#devices.get(device) ?? new DeviceTally();
    this.#devices.set(device, known);
    return known;
  }
}

class DeviceTally {
  readonly #losses = new Map<string, { stream: string; cause: string; gaps: number; samples: number }>();
  readonly #acknowledged = new Set<number>();
  readonly #away: Span[] = [];
  readonly #errors: LoggedError[] = [];
  #gaps: GapMark[] = [];
  #awaySinceS: number | undefined;
  #connectedS: number | undefined;

  gap(event: SessionEvent): void {
    const mark: GapMark = {
      stream: textOr(event["stream"], ""),
      cause: textOr(event["cause"], "lost"),
      t_s: event.t_s,
      samples: Math.max(0, Math.round(numberOr(event["samples"], 0))),
    };
    const key = `${mark.stream} ${mark.cause}`;
    const sum = this.#losses.get(key) ?? { stream: mark.stream, cause: mark.cause, gaps: 0, samples: 0 };
    this.#losses.set(key, { ...sum, gaps: sum.gaps + 1, samples: sum.samples + mark.samples });
    this.#gaps.push(mark);
    if (this.#gaps.length >= 2 * GAPS_LISTED) this.#gaps = largest(this.#gaps);
  }

  leave(atS: number): void {
    this.#awaySinceS ??= atS;
  }

  connect(atS: number): void {
    this.#connectedS ??= atS;
    this.comeBack(atS);
  }

  comeBack(atS: number): void {
    if (this.#awaySinceS !== undefined) this.#away.push({ fromS: this.#awaySinceS, toS: atS });
    this.#awaySinceS = undefined;
  }

  acknowledge(recording: unknown): void {
    if (typeof recording === "number") this.#acknowledged.add(recording);
  }

  fail(event: SessionEvent): void {
    const code = textOr(event["code"], "");
    if (code === "") return;
    this.#errors.push({ code, atS: event.t_s });
    if (this.#errors.length > ERRORS_KEPT) this.#errors.shift();
  }

  facts(): DeviceLogFacts {
    const open = this.#awaySinceS === undefined ? [] : [{ fromS: this.#awaySinceS, toS: Infinity }];
    return {
      losses: [...this.#losses.values()].sort((a, b) => b.samples - a.samples),
      largestGaps: largest(this.#gaps).sort((a, b) => a.t_s - b.t_s),
      away: [...this.#away, ...open],
      connectedS: this.#connectedS ?? Number.NEGATIVE_INFINITY,
      acknowledged: this.#acknowledged,
      errors: [...this.#errors],
    };
  }
}

function largest(gaps: readonly GapMark[]): GapMark[] {
  return [...gaps].sort((a, b) => b.samples - a.samples).slice(0, GAPS_LISTED);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}
