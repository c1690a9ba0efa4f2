import { COMMAND_KINDS } from "./command-kinds.js";

/** Values as a broken or hostile program sends them; the same from the same seed. */
export interface Random {
  chance(part: number): boolean;
  pick<Item>(from: readonly Item[]): Item;
  text(): string;
  /** Anything that JSON can say, nested at most `depth` deep. */
  value(depth: number): unknown;
  /** A command with the right shape in some places. */
  nearlyCommand(): object;
}

const TEXTS = [
  "",
  " ",
  "x",
  "..",
  "../..",
  "\u0000",
  "__proto__",
  "constructor",
  "🧪",
  "a".repeat(300),
  "=1+1",
  "<b>",
  "%00",
  "null",
];
const NUMBERS = [0, -1, 1, 0.5, 1e308, -1e308, 2 ** 53, Number.MIN_VALUE];
const KEYS = [
  "session",
  "device",
  "label",
  "at_us",
  "settings",
  "name",
  "formats",
  "choice",
  "job",
  "text",
  "family",
  "address",
  "devices",
  "x",
];

/** Mulberry32: small, and good enough to mix things up. */
export function random(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <Item>(from: readonly Item[]): Item => from[Math.floor(next() * from.length)]!;
  const chance = (part: number): boolean => next() < part;
  const text = (): string => pick(TEXTS);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join("");
  const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const value = (depth: number): unknown => {
    const kind = Math.floor(next() * (depth > 0 ? 7 : 5));
    if (kind === 0) return null;
    if (kind === 1) return chance(0.5);
    if (kind === 2) return pick(NUMBERS);
    if (kind <= 4) return text();
    const inside = Array.from({ length: Math.floor(next() * 4) }, () => value(depth - 1));
    return kind === 5 ? inside : Object.fromEntries(inside.map((each) => [chance(0.7) ? pick(KEYS) : text(), each]));
  };
  const nearlyCommand = (): object => {
    const parts = Array.from({ length: Math.floor(next() * 5) }, () => [pick(KEYS), value(2)] as const);
    return { command_id: chance(0.9) ? uuid() : text(), kind: pick(COMMAND_KINDS), ...Object.fromEntries(parts) };
  };
  return { chance, pick, text, value, nearlyCommand };
}
