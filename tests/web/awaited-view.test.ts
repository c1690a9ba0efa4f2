import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import { awaitedGroups, waitingText } from "../../apps/hub/web/src/record/awaited-view.js";
import { aPhone, aSession, anAwaitedFile } from "./hub-fixture.js";

const { files: texts } = chooseCatalogue([]);
const untold = { device: "phone_1", recording: 2 };
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

test("a file on its way shows how far it is, how fast it comes and how long it takes", () => {
  const session = aSession({ awaited: [anAwaitedFile()] });
  const [line] = awaitedGroups(session, [aPhone()], texts)[0]!.lines;
  expect({ ...line, sizes: plain(line!.sizes), pace: plain(line!.pace) }).toEqual({
    key: "video-1",
    name: "rgb, recording 1",
    percent: 25,
    sizes: "10.0 MB of 40.0 MB",
    pace: "2.0 MB/s, 00:15 left",
  });
});

test("a file that does not come says so, and one that is nearly here is not yet whole", () => {
  const awaited = [
    anAwaitedFile({ bytes_per_s: null, seconds_left: null }),
    anAwaitedFile({ file_id: "b", received_bytes: 40e6 - 1 }),
    anAwaitedFile({ file_id: "c", size_bytes: 0, received_bytes: 0 }),
  ];
  const { lines } = awaitedGroups(aSession({ awaited }), [], texts)[0]!;
  expect(lines.map(({ percent }) => percent)).toEqual([25, 99, 0]);
  expect(lines[0]!.pace).toBe("nothing is coming in");
});

test("a sender that is here is not said to be idle between two pieces of its file", () => {
  const awaited = [anAwaitedFile({ bytes_per_s: null, seconds_left: null })];
  const paceFrom = (phone: ReturnType<typeof aPhone>): string =>
    awaitedGroups(aSession({ awaited }), [phone], texts)[0]!.lines[0]!.pace;
  expect(paceFrom(aPhone())).toBe("waiting for the next piece");
  expect(paceFrom(aPhone({ phase: "lost" }))).toBe("nothing is coming in");
});

test("files are grouped by the device that sends them; it can be asked while it is connected", () => {
  const awaited = [
    anAwaitedFile(),
    anAwaitedFile({ device: "phone_2" }),
    anAwaitedFile({ file_id: "audio-1" }),
    anAwaitedFile({ device: "gone" }),
  ];
  const devices = [aPhone(), aPhone({ id: "phone_2", label: "Pixel 8", phase: "lost" })];
  const groups = awaitedGroups(aSession({ awaited }), devices, texts);
  expect(groups.map(({ label, isHere, lines }) => [label, isHere, lines.length])).toEqual([
    ["Pixel 9", true, 2],
    ["Pixel 8", false, 1],
    ["gone", false, 1],
  ]);
});

test("a closing session says in a sentence what it waits for", () => {
  const devices = [aPhone()];
  expect(waitingText(aSession(), devices, texts)).toBe("");
  expect(waitingText(aSession({ awaited: [anAwaitedFile()] }), devices, texts)).toBe(
    "Waiting for 1 file from Pixel 9.",
  );
  const awaited = [anAwaitedFile(), anAwaitedFile({ file_id: "b" }), anAwaitedFile({ device: "phone_2" })];
  expect(waitingText(aSession({ awaited }), devices, texts)).toBe("Waiting for 3 files from Pixel 9, phone_2.");
});

test("a recording of which a device has not told counts as one file and has a line, though it announced none", () => {
  const session = aSession({ awaited: [anAwaitedFile()], unheard: [untold] });
  const [group, ...more] = awaitedGroups(session, [aPhone({ label: "Pixel 9" })], texts);
  expect(more).toEqual([]);
  expect(group!.lines.map(({ name, sizes }) => [name, sizes])[1]).toEqual(["its own recording 2", "not told yet"]);
  expect(waitingText(session, [aPhone({ label: "Pixel 9" })], texts)).toBe("Waiting for 2 files from Pixel 9.");
  const alone = aSession({ unheard: [untold] });
  expect(awaitedGroups(alone, [], texts).map(({ device, lines }) => [device, lines.length])).toEqual([["phone_1", 1]]);
});
