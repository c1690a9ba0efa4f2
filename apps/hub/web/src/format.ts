/** Elapsed time as a stopwatch shows it: `04:07`, `1:04:07`; whole seconds, never negative. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = two(Math.floor(whole / 60) % 60);
  return hours > 0 ? `${hours}:${minutes}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A span of time in the shortest form: seconds below a minute (`12 s`), else as a stopwatch shows it. */
export function spanText(seconds: number): string {
  return seconds < 60 ? `${Math.max(0, Math.floor(seconds))}\u00a0s` : clockText(seconds);
}

/** A count with thousands kept apart by a narrow space, as the International System of Units writes it. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Bytes in the nearest of kB, MB, GB, TB (powers of 1000). */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}\u00a0${units[unit]}`;
}

/** A rate with as many decimals as it deserves: `128 Hz`, `51.2 Hz`; a dash while unknown. */
export function rateText(hz: number | null): string {
  if (hz === null) return "–";
  return `${Number(hz.toFixed(hz >= 1000 ? 0 : 1))}\u00a0Hz`;
}

/** A measured value with three or four significant digits, without an exponent where a person would write none. */
export function valueText(value: number | null, unit: string): string {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2) : significant(value, size);
  return unit === "" ? text : `${text}\u00a0${unit}`;
}

function significant(value: number, size: number): string {
  if (size >= 1000) return value.toFixed(0);
  if (size >= 100) return value.toFixed(1);
  return value.toFixed(size >= 10 ? 2 : 3);
}

/** A local date and time to the minute; a dash for none. */
export function dateText(iso: string | null): string {
  const match = iso === null ? null : /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(iso);
  return match === null ? "–" : `${match[1]} ${match[2]}`;
}
