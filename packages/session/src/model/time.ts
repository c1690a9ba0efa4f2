declare const unit: unique symbol;
type Branded<Unit extends string> = number & { readonly [unit]: Unit };

/** Microseconds on the hub's monotonic clock, zero at an arbitrary moment of the current boot. */
export type HubUs = Branded<"HubUs">;
/** Seconds since the creation of the session (`t_s`); pre-roll is negative. */
export type SessionS = Branded<"SessionS">;
/** Microseconds since 1970-01-01 UTC, from the wall clock. */
export type UtcUs = Branded<"UtcUs">;
/** Ticks of a device's counter, unwrapped: they only grow. */
export type DeviceTicks = Branded<"DeviceTicks">;

export const hubUs = (us: number): HubUs => us as HubUs;
export const sessionS = (s: number): SessionS => s as SessionS;
export const utcUs = (us: number): UtcUs => us as UtcUs;
export const deviceTicks = (ticks: number): DeviceTicks => ticks as DeviceTicks;

/** The only source of time: durations and stamps from `nowUs`, the wall clock once per epoch as a pair with it. */
export interface Clock {
  /** The hub's monotonic clock. */
  nowUs(): HubUs;
  /** The wall clock; may step at any moment. */
  utcUs(): UtcUs;
  /** Minutes to add to UTC for local time at that instant (east positive). */
  zoneOffsetMin(at: UtcUs): number;
  /** Names the run of the monotonic clock: two readings compare only under the same boot id. */
  readonly bootId: string;
}

/** One-shot timers, injected so that tests move time by hand. */
export interface Timers {
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** One run of the hub inside a session: how its monotonic clock maps to session time and UTC. */
export interface ClockEpoch {
  readonly boot_id: string;
  /** Hub microseconds at which session time is zero; may be negative after a restart of the PC. */
  readonly monotonic_zero_us: number;
  /** UTC at session time zero as this epoch knows it, ISO 8601. */
  readonly utc: string;
  /** How far session times of this epoch may be off against the first epoch, in seconds (0 for the first). */
  readonly bound_s: number;
}

/** Hub time to session time in an epoch. */
export function toSessionS(epoch: ClockEpoch, at: HubUs): SessionS {
  return sessionS((at - epoch.monotonic_zero_us) / 1e6);
}

/** Session time to hub time in an epoch. */
export function toHubUs(epoch: ClockEpoch, at: SessionS): HubUs {
  return hubUs(at * 1e6 + epoch.monotonic_zero_us);
}

/** ISO 8601 in local time with zone offset and microseconds: `2025-07-31T14:30:22.123456+02:00`. */
export function isoTime(at: UtcUs, zoneOffsetMin: number): string {
  const local = new Date(Math.floor(at / 1000) + zoneOffsetMin * 60_000).toISOString();
  const us = String(Math.floor(at) - Math.floor(at / 1000) * 1000).padStart(3, "0");
  const sign = zoneOffsetMin < 0 ? "-" : "+";
  const minutes = Math.abs(zoneOffsetMin);
  const zone = `${sign}${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return `${local.slice(0, -1)}${us}${zone}`;
}

/** The instant of an ISO 8601 text with up to six decimals of a second; NaN if it is none. */
export function parseIsoTime(text: string): UtcUs {
  const match = /^(.*:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return utcUs(Number.NaN);
  const us = Number((match[2] ?? "").padEnd(6, "0") || 0);
  return utcUs(Date.parse(`${match[1]}${match[3]}`) * 1000 + us);
}

/** `YYYYMMDD_HHMMSS` in local time: the stamp in names of sessions and files. */
export function nameStamp(at: UtcUs, zoneOffsetMin: number): string {
  const local = new Date(Math.floor(at / 1000) + zoneOffsetMin * 60_000).toISOString();
  return `${local.slice(0, 10).replaceAll("-", "")}_${local.slice(11, 19).replaceAll(":", "")}`;
}

/** The name of the clock of streams whose device time is session time already, because the hub itself stamped them. */
export const HUB_CLOCK_NAME = "hub_session";
