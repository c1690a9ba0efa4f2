import { missingData, unheardRecordings, type SessionMetadata } from "@polychron/session/format";
import { workbench } from "./store-bench.js";

type Recording = SessionMetadata["recordings"][number];
type File = SessionMetadata["files"][string][number];
type Own = NonNullable<Recording["coordination"]>[number]["start"]["own"];

const OWN_START: Own = { status: "on_time", first_t_s: 1, skew_s: 0, answered_t_s: 1.1, code: null };

function file(part: Partial<File> & Pick<File, "file_type">): File {
  const known = { file_path: "f", file_size: 10, created_time: "2025-07-31T14:30:22.000000+02:00", sha256: null };
  return { ...known, duration: null, recording: 1, complete: true, ...part };
}

const awaited = (fileId: string): File =>
  file({ file_type: "rgb", file_id: fileId, announced: true, complete: false, file_path: `${fileId}.mp4.part` });

/** How the phone kept to recording 1: what it said of its own start, and when it answered the stop. */
function coordination(own: Own, stopAnsweredS: number | null | undefined): NonNullable<Recording["coordination"]> {
  const status = "on_time" as const;
  const began = { status, skew_s: 0, first_t_s: 1, reason: null, silent: [] };
  const ended = { status, skew_s: 0, last_t_s: 2, reason: null };
  const stop = stopAnsweredS === undefined ? null : { ...ended, answered_t_s: stopAnsweredS };
  return [{ device: "phone_1", start: { ...began, own }, stop, joined_late_t_s: null, retried_t_s: [], rejoined: [] }];
}

function counts(stream: string, expected: number, written: number): Recording["streams"][number] {
  const rest = { expected_extrapolated: 0, nominal: expected, effective_rate_hz: null, start_skew_s: null };
  return { device: "phone_1", stream, expected, received: written, written, ...rest };
}

/** A closed session with one recording. */
async function closed(recording: Partial<Recording>, files: readonly File[] = []): Promise<SessionMetadata> {
  const session = await (await workbench().open()).create();
  const { metadata } = session;
  const times = { start_time: metadata.start_time, stop_time: metadata.start_time, start_t_s: 0, stop_t_s: 2 };
  const entry: Recording = {
    ...{ number: 1, kind: "live", stamp: "20250731_143022", devices: ["phone_1"], streams: [] },
    ...times,
  };
  await session.end({ reason: "operator", by: "op" });
  return { ...session.metadata, recordings: [{ ...entry, ...recording }], files: { phone_1: [...files] } };
}

test("a session with every file and every sample lacks nothing", async () => {
  const metadata = await closed({ streams: [counts("gsr", 100, 100)] }, [file({ file_type: "gsr" })]);
  expect(missingData(metadata)).toEqual({ files: 0, streams: 0 });
});

test("each announced file that never came is missing", async () => {
  const came = file({ file_type: "rgb", file_id: "r0", announced: true });
  expect(missingData(await closed({}, [came, awaited("r1"), awaited("r2")]))).toEqual({ files: 2, streams: 0 });
});

test("what is still on its way to an open session is not missing", async () => {
  const metadata = await closed({ streams: [counts("gsr", 100, 90)] }, [awaited("r1")]);
  expect(missingData({ ...metadata, status: "processing" })).toEqual({ files: 0, streams: 0 });
});

test.each([
  ["never answered its stop", coordination(OWN_START, null), 1],
  ["was cut off by a crash", coordination(OWN_START, undefined), 1],
  ["answered its stop", coordination(OWN_START, 2.2), 0],
  ["never began on itself", coordination({ ...OWN_START!, status: "never" }, null), 0],
  ["refused to begin", coordination({ ...OWN_START!, status: "never", code: "PHONE_REFUSED" }, null), 0],
  [
    "went away while it was told to begin",
    coordination({ ...OWN_START!, status: "never", code: "PHONE_AWAY" }, null),
    1,
  ],
  ["did not answer in time", coordination({ ...OWN_START!, status: "never", code: "PHONE_NO_ANSWER" }, null), 1],
  [
    "gave an answer to its start that cannot be true",
    coordination({ ...OWN_START!, status: "never", code: "PHONE_ANSWER_INVALID" }, null),
    1,
  ],
  ["records nothing on itself", coordination(null, null), 0],
])("of a device that %s the hub misses as much as it does not know of", async (_name, kept, missing) => {
  const metadata = await closed({ coordination: kept });
  expect(unheardRecordings(metadata)).toHaveLength(missing);
  expect(missingData(metadata).files).toBe(missing);
});

test("a device that announced its files was heard, whatever its stop", async () => {
  const metadata = await closed({ coordination: coordination(OWN_START, null) }, [awaited("r1")]);
  expect(unheardRecordings(metadata)).toEqual([]);
  expect(missingData(metadata).files).toBe(1);
});

test("a stream with samples missing is counted once, and not where the device's own file makes up for it", async () => {
  const streams = [counts("gsr", 100, 90), counts("gsr", 50, 40), counts("imu", 100, 99)];
  const own = file({ file_type: "imu", file_id: "r1", announced: true });
  expect(missingData(await closed({ streams }))).toEqual({ files: 0, streams: 2 });
  expect(missingData(await closed({ streams }, [own]))).toEqual({ files: 0, streams: 1 });
  expect(missingData(await closed({ streams }, [{ ...own, complete: false }]))).toEqual({ files: 1, streams: 2 });
});
