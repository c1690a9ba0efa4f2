import fc from "fast-check";
import {
  closeText,
  headLine,
  LogScanner,
  makeEvent,
  parseClose,
  separator,
  type LogEnd,
  type LogHead,
  type LogLine,
} from "@polychron/session/format";
import { EVENT_KINDS, type SessionEvent } from "@polychron/session/model";
import { sha256 } from "@polychron/session/store";

const HEAD: LogHead = {
  schema_version: 1,
  session: "s1",
  session_name: "näme",
  session_uuid: "u",
  start_time: "x",
  part: 1,
  first_seq: 1,
  prev: null,
};
const END: LogEnd = { end_time: "2025-07-31T15:00:00.000000+02:00", duration: 12.5, status: "completed" };
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Written {
  readonly bytes: Uint8Array;
  readonly events: readonly SessionEvent[];
  /** Where each event's line ends. */
  readonly ends: readonly number[];
}

function write(texts: readonly string[], end?: LogEnd): Written {
  let text = headLine(HEAD);
  let prev = sha256(text);
  const events: SessionEvent[] = [];
  const ends: number[] = [];
  texts.forEach((note, index) => {
    const stamp = { time: "14:30:22.123", timestamp: "t", t_s: index / 8 };
    const event = makeEvent(
      { event: EVENT_KINDS[index % EVENT_KINDS.length]!, details: { note } },
      { ...stamp, seq: index + 1, session: "s1", prev },
    );
    const line = JSON.stringify(event);
    text += separator(index === 0) + line;
    prev = sha256(line);
    events.push(event);
    ends.push(encode(text).length);
  });
  return { bytes: encode(text + closeText(end)), events, ends };
}

function scan(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): { lines: LogLine[]; end: ReturnType<LogScanner["finish"]>["end"] } {
  const scanner = new LogScanner(sha256);
  const bounds = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const lines = bounds.slice(1).flatMap((to, index) => scanner.push(bytes.subarray(bounds[index]!, to)));
  const { lines: rest, end } = scanner.finish();
  return { lines: [...lines, ...rest], end };
}

function eventsOf(lines: readonly LogLine[]): SessionEvent[] {
  return lines.flatMap((line) => (line.kind === "event" ? [line.event] : []));
}

const notes = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 12 });

test("what was written is read back, whatever chunks it comes in", () => {
  fc.assert(
    fc.property(notes, fc.array(fc.nat(4_000), { maxLength: 20 }), fc.boolean(), (texts, cuts, isEnded) => {
      const { bytes, events, ends } = write(texts, isEnded ? END : undefined);
      const { lines, end } = scan(bytes, cuts);
      expect(eventsOf(lines)).toEqual(events);
      expect(lines.every((line) => line.kind === "head" || (line.kind === "event" && line.chained))).toBe(true);
      expect(end).toMatchObject({
        close: isEnded ? "ended" : "open",
        tailBytes: 0,
        lastSeq: texts.length,
        goodBytes: ends.at(-1) ?? encode(headLine(HEAD)).length,
      });
      expect(end.end).toEqual(isEnded ? END : undefined);
    }),
    { numRuns: 200 },
  );
});

test("cut at any byte, every event before the cut is there, and the rest is a tail", () => {
  const { bytes, events, ends } = write(["a", "ü\n\u2028", "c,]}", '{"seq":1}'], END);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { lines, end } = scan(bytes.subarray(0, cut));
    const whole = ends.filter((at) => at <= cut).length;
    expect(eventsOf(lines)).toEqual(events.slice(0, whole));
    expect(end.goodBytes + end.tailBytes === cut || end.close !== "none").toBe(true);
    expect(end.close).toBe(cut >= bytes.length - 1 ? "ended" : "none");
  }
});

test("a flipped byte costs the line it is in at most, and the chain names the place", () => {
  const { bytes, events } = write(["a", "b", "c", "d", "e"]);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const altered = bytes.slice();
      altered[at] = altered[at]! ^ mask;
      const { lines } = scan(altered);
      const kept = eventsOf(lines).filter((event) =>
        events.some((original) => JSON.stringify(original) === JSON.stringify(event)),
      );
      expect(kept.length).toBeGreaterThanOrEqual(events.length - 2);
      const isNamed = lines.some((line) => line.kind === "bad" || (line.kind === "event" && !line.chained));
      const isInLastLineOrBehind = at >= bytes.lastIndexOf(10, bytes.length - 6);
      expect(isNamed || isInLastLineOrBehind || kept.length < events.length).toBe(true);
    }),
    { numRuns: 400, seed: 7 },
  );
});

test("NUL bytes behind the last event are a tail, and between two events a bad line that is passed over", () => {
  const { bytes, ends, events } = write(["a", "b", "c"]);
  const tail = scan(new Uint8Array([...bytes.subarray(0, ends[1]), ...new Uint8Array(40)]));
  expect([eventsOf(tail.lines).length, tail.end.goodBytes, tail.end.tailBytes]).toEqual([
    1,
    ends[0],
    ends[1]! - ends[0]! + 40,
  ]);
  const holed = bytes.slice();
  holed.fill(0, ends[0]! + 2, ends[1]!);
  const middle = scan(holed);
  expect(middle.lines.map((line) => line.kind)).toEqual(["head", "event", "bad", "event"]);
  expect(eventsOf(middle.lines)).toEqual([events[0], events[2]]);
});

test("an altered number does not make the lines behind it look old", () => {
  const { bytes } = write(["a", "b", "c"]);
  const altered = encode(new TextDecoder().decode(bytes).replace('"seq":2', '"seq":9'));
  expect(scan(altered).lines.map((line) => (line.kind === "event" ? line.event.seq : line.kind))).toEqual([
    "head",
    1,
    "bad",
    3,
  ]);
});

test("an older close between events is passed over like any bad line", () => {
  const { bytes, ends } = write(["a", "b"]);
  const withClose = new Uint8Array([...bytes.subarray(0, ends[0]), ...encode("\n]}"), ...bytes.subarray(ends[0])]);
  const { lines, end } = scan(withClose);
  expect(lines.map((line) => line.kind)).toEqual(["head", "event", "bad", "event"]);
  expect(end.close).toBe("open");
});

test("a close is told from an event", () => {
  expect(parseClose("]}")).toEqual({});
  expect(parseClose(closeText(END).trim())).toEqual(END);
  for (const line of ["]", "]},", '],"end_time":3}', '{"seq":1}', ""]) expect(parseClose(line)).toBeUndefined();
});
