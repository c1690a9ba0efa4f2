/** A no-break space: a number and its unit stay on one line. */
const GAP = "\u00a0";

/** A length of time as people read it: `0.62 ms`, `85 µs`, `12.5 s`, `4 min 10 s`. */
export function lengthText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 100) {
    const whole = Math.round(size);
    return `${seconds < 0 ? "\u2212" : ""}${Math.floor(whole / 60)}${GAP}min ${whole % 60}${GAP}s`;
  }
  if (size >= 1) return `${threeDigits(seconds)}${GAP}s`;
  if (size >= 1e-4 || size === 0) return `${threeDigits(seconds * 1e3)}${GAP}ms`;
  return `${threeDigits(seconds * 1e6)}${GAP}\u00b5s`;
}

/** A bound, rounded up: what is said must hold. */
export function boundText(seconds: number): string {
  if (seconds <= 0) return `0${GAP}ms`;
  const unit = 10 ** (Math.floor(Math.log10(seconds)) - 1);
  return lengthText(Math.ceil(seconds / unit - 1e-9) * unit);
}

/** With its sign: `+6 ms`. */
export function jumpText(seconds: number): string {
  return `${seconds < 0 ? "\u2212" : "+"}${lengthText(Math.abs(seconds))}`;
}

/** A share as per cent; what is not nothing is never `0 %`, what is not all never `100 %`. */
export function percentText(share: number): string {
  if (share > 0 && share < 1e-4) return `under 0.01${GAP}%`;
  if (share < 1 && share > 0.9999) return `over 99.99${GAP}%`;
  return `${Number((share * 100).toFixed(share < 0.1 || share > 0.99 ? 2 : 1))}${GAP}%`;
}

/** Parts per million, with their sign. */
export function ppmText(ppm: number): string {
  return `${ppm < 0 ? "\u2212" : "+"}${Math.abs(ppm).toFixed(1)}${GAP}ppm`;
}

/** Parts per million within so many (99 %): `−12.3 ± 0.4 ppm`; without them where nothing tells. */
export function driftText(ppm: number, boundPpm: number | null): string {
  if (boundPpm === null) return ppmText(ppm);
  // Rounded up: what is said must hold.
  const digits = boundPpm < 0.1 ? 2 : boundPpm < 10 ? 1 : 0;
  const within = (Math.ceil(boundPpm * 10 ** digits - 1e-9) / 10 ** digits).toFixed(digits);
  return `${ppm < 0 ? "−" : "+"}${Math.abs(ppm).toFixed(digits)}${GAP}±${GAP}${within}${GAP}ppm`;
}

/** A moment of the session: `03:12`, `1:03:12`. */
export function momentText(atS: number): string {
  const whole = Math.round(Math.abs(atS));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${atS < 0 && whole > 0 ? "\u2212" : ""}${hours > 0 ? `${hours}:` : ""}${two(minutes)}:${two(rest)}`;
}

/** A rate. */
export function rateText(hz: number): string {
  return `${Number(hz.toFixed(hz < 10 ? 3 : 2))}${GAP}Hz`;
}

/** A score with two digits, rounded down so that only what is whole is 1.00; a dash where there is none. */
export function scoreText(value: number | null): string {
  return value === null ? "\u2013" : (Math.floor(value * 100 + 1e-9) / 100).toFixed(2);
}

/** A whole number with thin spaces between thousands, and the word that belongs to it. */
export function countText(value: number, one?: string, many = `${one}s`): string {
  const digits = String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return one === undefined ? digits : `${digits} ${value === 1 ? one : many}`;
}

/** `once`, `twice`, `3 times`. */
export function timesText(count: number): string {
  return ["never", "once", "twice"][count] ?? `${countText(count)} times`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
