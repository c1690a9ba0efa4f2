import { reportSession } from "@polychron/processing";
import { qualityReport, type QualityReport } from "@polychron/session/format";
import { checkSession, readWhole, replaceFile, type FileSystem } from "@polychron/session/store";
import { HubBench } from "../../hub/hub-bench.js";

const FOLDER = "/rec";
const SOFTWARE = { name: "polychron", version: "0.0.0" };
const options = () => ({ software: SOFTWARE, signal: new AbortController().signal });

/** A session of twenty seconds with one Shimmer, sealed. */
async function recorded(): Promise<{ files: FileSystem; session: string }> {
  const bench = await HubBench.open();
  await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(20_000);
  await bench.order({ kind: "stop_recording", session });
  await bench.order({ kind: "end_session", session });
  return { files: bench.memory, session };
}

async function textOf(files: FileSystem, path: string): Promise<string> {
  return new TextDecoder().decode(await readWhole(files, path));
}

test("a recorded session is judged from its tree alone, twice with the same bytes, and its check stays good", async () => {
  const { files, session } = await recorded();
  const place = { recordingsFolder: FOLDER, sessionId: session };
  const first = await reportSession(files, place, options());
  const again = await reportSession(files, place, options());
  expect(again).toEqual(first);
  const path = `${FOLDER}/${session}/processing/quality/report.json`;
  const report: QualityReport = qualityReport.parse(JSON.parse(await textOf(files, path)));
  expect(report.devices).toHaveLength(1);
  const [stream] = report.devices[0]!.streams;
  expect(stream).toMatchObject({ stream: "gsr", recording: 1, written: stream!.expected });
  expect(report.scores.data.value).toBe(1);
  expect(report.verdict.text).toMatch(
    /The only stream is aligned to within [\d.]+\sms \(99\s%\)\. No sample is missing\./,
  );
  expect(await checkSession({ files, recordingsFolder: FOLDER, sessionId: session })).toMatchObject({ ok: true });
});

test("a report that is called off leaves no file and says so", async () => {
  const { files, session } = await recorded();
  const signal = AbortSignal.abort();
  const work = reportSession(files, { recordingsFolder: FOLDER, sessionId: session }, { ...options(), signal });
  await expect(work).rejects.toMatchObject({ code: "PROCESSING_CANCELLED" });
  expect(await files.list(`${FOLDER}/${session}/processing/quality`)).toEqual([]);
});

test("cues that cannot be read are told, not left out without a word", async () => {
  const { files, session } = await recorded();
  const place = { recordingsFolder: FOLDER, sessionId: session };
  await reportSession(files, place, options());
  const folder = `${FOLDER}/${session}/processing/quality`;
  const reasonsWith = async (text: string): Promise<string[]> => {
    await replaceFile(files, `${folder}/cues.json`, new TextEncoder().encode(text));
    await reportSession(files, place, options());
    const report = qualityReport.parse(JSON.parse(await textOf(files, `${folder}/report.json`)));
    return report.incomplete.filter(({ target }) => target.endsWith("cues.json")).map(({ reason }) => reason);
  };
  expect(await reasonsWith('{"cues": []}')).toEqual([]);
  expect(await reasonsWith('{"cues": [')).toEqual(["it is no list of cues"]);
  expect(await reasonsWith('{"cues": [{"cue": 7}]}')).toEqual(["1 of 1 cues in it cannot be read"]);
});
