import { PHONE_LIMITS, phoneHello, phoneStatus } from "@polychron/protocol";
import fc from "fast-check";
import { EXAMPLES, SCHEMAS } from "./page.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
/** What stands at one place of a value: the value again with that place changed. */
type Place = (change: (at: Json) => Json) => Json;

/** Every place of a JSON value, outermost first. */
function places(value: Json, around: Place = (change) => change(value)): [Json, Place][] {
  if (value === null || typeof value !== "object") return [[value, around]];
  const inner = Object.entries(value).flatMap(([name, child]: [string, Json]) =>
    places(child, (change) =>
      around((whole) =>
        Array.isArray(whole)
          ? whole.map((item: Json, at) => (at === Number(name) ? change(item) : item))
          : { ...(whole as object), [name]: change(child) },
      ),
    ),
  );
  return [[value, around], ...inner];
}

const cases = EXAMPLES.map(({ what, value }, at): [string, number, Json] => [what, at + 1, value as Json]);
const isTaken = (what: string, value: unknown): boolean => SCHEMAS.get(what)!.safeParse(value).success;
const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

test.each(cases)(
  "a field that the protocol does not know is refused, at every depth of '%s' (%i)",
  (what, _at, value) => {
    const objects = places(value).filter(([at]) => isObject(at));
    const taken = objects.filter(([, place]) =>
      isTaken(
        what,
        place((at) => ({ ...(at as object), unexpected: {} })),
      ),
    );
    expect(taken.map(([at]) => at)).toEqual([]);
  },
);

test.each(cases)("a value of another kind is refused, at every place of '%s' (%i)", (what, _at, value) => {
  const wrongKinds = places(value).filter(([at, place]) =>
    isTaken(
      what,
      place(() => (isObject(at) ? [{}] : { a: {} })),
    ),
  );
  expect(wrongKinds.map(([at]) => at)).toEqual([]);
});

test.each([...SCHEMAS.keys()])("whatever comes in place of '%s' is read or refused, never thrown", (what) => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
      expect(typeof isTaken(what, value)).toBe("boolean");
    }),
    { numRuns: 50 },
  );
});

const hello = EXAMPLES.find(({ what }) => what === "hello")!.value as { streams: { channels: object[] }[] };

const stopped = EXAMPLES.find(({ what }) => what === "stop answer")!.value as { files: object[] };

test("a hello without the optional fields stands for a real phone that holds nothing", () => {
  expect(phoneHello.parse(hello)).toMatchObject({ simulated: false, held: [] });
});

test("a hello with more streams or channels than the limits say is refused", () => {
  const stream = hello.streams[0]!;
  const streams = (count: number) => ({ ...hello, streams: Array.from({ length: count }, () => stream) });
  const channels = (count: number) => ({
    ...hello,
    streams: [{ ...stream, channels: Array.from({ length: count }, () => stream.channels[0]) }],
  });
  const { max_streams: maxStreams, max_channels: maxChannels } = PHONE_LIMITS;
  const taken = [streams(maxStreams), streams(maxStreams + 1), channels(maxChannels), channels(maxChannels + 1)];
  expect(taken.map((value) => isTaken("hello", value))).toEqual([true, false, true, false]);
});

test.each(["../motion", "motion/1", "motion.csv", "Motion", "_motion", "", "m".repeat(41), "motion\n", "mötion"])(
  "a stream cannot be called %j, since its name becomes part of file names",
  (name) => {
    expect(isTaken("hello", { ...hello, streams: [{ ...hello.streams[0], stream: name }] })).toBe(false);
  },
);

test.each(["status", "clock", "clock_readings", "con", "nul", "com1", "lpt9"])(
  "neither a stream nor a kind of file can be called %j: the hub or Windows needs the name",
  (name) => {
    expect(isTaken("hello", { ...hello, streams: [{ ...hello.streams[0], stream: name }] })).toBe(false);
    expect(isTaken("stop answer", { ...stopped, files: [{ ...stopped.files[0], file_type: name }] })).toBe(false);
  },
);

test.each(["seq", "device_time_s", "arrival_time_s", "t_s", "recording", "SEQ"])(
  "a channel cannot be called %j: its table has such a column",
  (name) => {
    const stream = { ...hello.streams[0], channels: [{ ...hello.streams[0]!.channels[0], name }] };
    expect(isTaken("hello", { ...hello, streams: [stream] })).toBe(false);
  },
);

test.each(["json", "part", "tmp", "MP4", "a.b", ""])("a file cannot have the extension %j", (ext) => {
  expect(isTaken("stop answer", { ...stopped, files: [{ ...stopped.files[0], ext }] })).toBe(false);
});

test("an answer to stop names no two files alike", () => {
  const [file] = stopped.files;
  const other = { ...file, sha256: "0".repeat(64) };
  expect([[file], [file, other]].map((files) => isTaken("stop answer", { ...stopped, files }))).toEqual([true, false]);
});

test.each(["..", "a/b", "a.b", "-a", "", "x".repeat(65), "a\u0000"])("a file cannot be called %j", (fileId) => {
  const stored = EXAMPLES.find(({ what }) => what === "file_stored")!.value as object;
  expect(isTaken("file_stored", { ...stored, file_id: fileId })).toBe(false);
});

test("what a phone does not know of itself may be left out or null", () => {
  const wanted = Object.keys(phoneStatus.shape).filter((name) => name !== "device_time_s");
  const unknown = Object.fromEntries(wanted.map((name) => [name, null]));
  expect([{ device_time_s: 1 }, { device_time_s: 1, ...unknown }].map((value) => isTaken("status", value))).toEqual([
    true,
    true,
  ]);
});

test("numbers that are none are refused", () => {
  const values = [Number.NaN, Infinity, -Infinity, "1", null];
  expect(values.map((value) => isTaken("status", { device_time_s: value }))).toEqual(values.map(() => false));
});
