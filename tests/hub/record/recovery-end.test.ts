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
  return errors
    .filter(({ code, operation }) => code === "FILE_NOT_RECEIVED" && operation === "end_session")
    .map(({ target }) => target);
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

test("ended while its phone is out of reach, the session is sealed and says that the phone was never heard", async () => {
  const { on, session } = await restarted();
  expect(await on.bench.order({ kind: "recover_session", session, choice: "end" })).toEqual({ session, sealed: true });
  const { metadata } = await on.bench.reader(session);
  expect(metadata.status).toBe("completed");
  expect(neverHeard(metadata)).toEqual([on.device]);
});

test("continued after a crash and ended while the phone is still away, it says so too", async () => {
  const { on, session } = await restarted();
  await on.bench.order({ kind: "recover_session", session, choice: "continue" });
  await on.bench.order({ kind: "end_session", session });
  const { metadata } = await on.bench.reader(session);
  expect(neverHeard(metadata)).toEqual([on.device]);
});
