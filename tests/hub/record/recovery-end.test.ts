import type { SessionMetadata } from "@polychron/session/format";
import { PhoneOnBench } from "./phone-on-bench.js";

/** A hub that went away while its phone recorded, and the next one; the phone is still out of reach. */
async function restarted(): Promise<{ on: PhoneOnBench; session: string }> {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(6_000);
  on.away();
  await on.bench.stop();
  await on.bench.start();
  return { on, session };
}

async function withPhone(): Promise<{ on: PhoneOnBench; session: string }> {
  const at = await restarted();
  await at.on.back();
  await at.on.connect();
  return at;
}

/** The devices that a session names as never heard of. */
function neverHeard({ errors }: SessionMetadata): string[] {
  return errors.filter(({ code }) => code === "RECORDING_NOT_HEARD").map(({ target }) => target);
}

test("ended after a crash, a session takes in what its phone recorded, and is sealed only then", async () => {
  const { on, session } = await withPhone();
  on.refuseUploads = true;
  expect(await on.bench.order({ kind: "recover_session", session, choice: "end" })).toEqual({ session, sealed: false });
  expect(on.bench.view(session)).toMatchObject({
    state: "processing",
    awaited: expect.arrayContaining([expect.objectContaining({ device: on.device, file_type: "rgb" })]),
  });
  on.refuseUploads = false;
  await on.bench.time.pass(20_000);
  const { metadata } = await on.bench.reader(session);
  expect([metadata.status, neverHeard(metadata)]).toEqual(["completed", []]);
  const videos = metadata.files[on.device]!.filter(({ file_type }) => file_type === "rgb");
  expect(videos).toMatchObject([{ complete: true }]);
});

test("closed without what its phone holds, the session names the file", async () => {
  const { on, session } = await withPhone();
  on.refuseUploads = true;
  await on.bench.order({ kind: "recover_session", session, choice: "end" });
  const closed = { kind: "end_session", session, without_missing: true } as const;
  expect(await on.bench.order(closed)).toEqual({ sealed: true });
  const { metadata } = await on.bench.reader(session);
  const video = metadata.files[on.device]!.find(({ file_type }) => file_type === "rgb")!;
  expect(video.complete).toBe(false);
  const missing = metadata.errors.filter(
    ({ code, operation }) => code === "FILE_NOT_RECEIVED" && operation === "receive",
  );
  expect(missing.map(({ target }) => target)).toContain(video.file_path.replace(/\.part$/, ""));
});

test("ended while its phone is out of reach, the session waits for it and takes in what it recorded", async () => {
  const { on, session } = await restarted();
  expect(await on.bench.order({ kind: "recover_session", session, choice: "end" })).toEqual({ session, sealed: false });
  expect(on.bench.view(session)).toMatchObject({
    state: "processing",
    awaited: [],
    unheard: [{ device: on.device, recording: 1 }],
  });
  await on.back();
  await on.connect();
  await on.bench.time.pass(20_000);
  const { metadata } = await on.bench.reader(session);
  expect([metadata.status, neverHeard(metadata)]).toEqual(["completed", []]);
  const videos = metadata.files[on.device]!.filter(({ file_type }) => file_type === "rgb");
  expect(videos).toMatchObject([{ complete: true }]);
});

test.each(["end", "continue"] as const)(
  "after a crash (%s) the session can be closed without its phone, and names it",
  async (choice) => {
    const { on, session } = await restarted();
    await on.bench.order({ kind: "recover_session", session, choice });
    expect(await on.bench.order({ kind: "end_session", session, without_missing: true })).toEqual({ sealed: true });
    const { metadata } = await on.bench.reader(session);
    expect([metadata.status, neverHeard(metadata)]).toEqual(["completed", [on.device]]);
  },
);
