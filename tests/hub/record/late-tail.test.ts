import { PhoneOnBench } from "./phone-on-bench.js";

/** A phone whose every message takes so long from the stop on; returns the session when all is in that ever comes. */
async function stoppedBehind(latencyMs: number): Promise<{ on: PhoneOnBench; session: string }> {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(5_000);
  on.link.latencyMs = latencyMs;
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.time.pass(30_000);
  return { on, session };
}

test("samples that come seconds behind the stop are in the file, as long as the stop waits for their phone", async () => {
  const { on, session } = await stoppedBehind(2_500);
  const [imu] = on.bench.store.require(session).metadata.recordings[0]!.streams;
  expect(imu).toMatchObject({ stream: "imu", written: imu!.nominal, expected: imu!.nominal, expected_extrapolated: 0 });
});

test("samples that come later than that are counted as missing and said to be, less than a second of them too", async () => {
  const { on, session } = await stoppedBehind(7_000);
  const [imu] = on.bench.store.require(session).metadata.recordings[0]!.streams;
  const missing = imu!.expected - imu!.written;
  expect(missing).toBeGreaterThan(0);
  expect(missing).toBeLessThan(100);
  expect(imu).toMatchObject({ stream: "imu", expected: imu!.nominal, expected_extrapolated: missing });
  const gaps = (await on.bench.events(session)).filter(({ event, stream }) => event === "gap" && stream === "imu");
  expect(gaps).toMatchObject([{ cause: "silent_tail", samples: missing }]);
});
