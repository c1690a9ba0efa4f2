import { readBlockHead } from "@polychron/protocol";
import type { DeviceView } from "@polychron/protocol";
import { PhoneOnBench } from "./phone-on-bench.js";

const HEAD_BYTES = 16;
/** About four seconds after the phone's first stream (100 Hz) has begun. */
const SPOILT_SEQ = 400;

/** The phone's app spoils the time of this sample of its first stream in every block that holds it. */
function spoil(on: PhoneOnBench, seq: number): void {
  const send = on.link.sendBlock.bind(on.link);
  on.link.sendBlock = (bytes) => {
    const { streamIndex, firstSeq, samples } = readBlockHead(bytes)!;
    const row = seq - firstSeq;
    if (streamIndex === 0 && row >= 0 && row < samples)
      new DataView(bytes.buffer, bytes.byteOffset).setFloat64(HEAD_BYTES + 8 * row, Number.NaN, true);
    send(bytes);
  };
}

const view = (on: PhoneOnBench): DeviceView => on.bench.snapshot.devices.find(({ id }) => id === on.device)!;

/** A recording of eight seconds in which one sample can never be taken. */
async function recordSpoilt(): Promise<{ on: PhoneOnBench; session: string }> {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  spoil(on, SPOILT_SEQ);
  await on.record(session, 8_000);
  return { on, session };
}

test("a block that is never taken is a gap with the reason, and everything behind it is recorded", async () => {
  const { on, session } = await recordSpoilt();
  const gaps = (await on.bench.events(session)).filter(({ event }) => event === "gap");
  expect(gaps).toMatchObject([{ device: on.device, stream: "imu", cause: "blocks_refused" }]);
  const { from_seq: from, to_seq: to, samples } = gaps[0] as unknown as Record<string, number>;
  expect(from).toBeLessThanOrEqual(SPOILT_SEQ);
  expect(to).toBeGreaterThan(SPOILT_SEQ);
  expect(samples).toBeLessThanOrEqual(20);
  const [recording] = on.bench.store.require(session).metadata.recordings;
  const imu = recording!.streams.find(({ device, stream }) => device === on.device && stream === "imu")!;
  expect(imu.expected).toBeGreaterThan(780);
  expect(imu.written).toBe(imu.expected - samples!);
});

test("refused blocks are counted, on the device's card with their code, and in the session's log once", async () => {
  const { on, session } = await recordSpoilt();
  expect(view(on)).toMatchObject({ refused_blocks: 3, error: { code: "PHONE_BLOCK_INVALID" } });
  const events = await on.bench.events(session);
  expect(events.filter(({ event }) => event === "error")).toMatchObject([
    { code: "PHONE_BLOCK_INVALID", device: on.device, message: expect.stringMatching(/is no number/) as string },
  ]);
  expect(on.bench.store.require(session).metadata.errors).toHaveLength(1);
  expect(events.find(({ event }) => event === "stop_record")).toMatchObject({ refused_blocks: { [on.device]: 3 } });
});

test("what a phone sends too fast is on its card too, and nothing is given up for it", async () => {
  const on = await PhoneOnBench.open();
  const place = { fileType: "imu", fromSeq: 0, toSeq: 1e6, skips: true };
  const error = { code: "PHONE_RATE_LIMITED", message: "m", remedy: "r", params: {} };
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(1_000);
  for (let time = 0; time < 5; time++) on.link.refuse({ error, place });
  expect(view(on)).toMatchObject({ refused_blocks: 5, error: { code: "PHONE_RATE_LIMITED" } });
  await on.bench.time.pass(2_000);
  await on.bench.order({ kind: "stop_recording", session });
  expect((await on.bench.events(session)).filter(({ event }) => event === "gap")).toEqual([]);
});
