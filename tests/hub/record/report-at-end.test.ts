import { HubBench } from "../hub-bench.js";

test("a hub that hears of a sealed session makes its quality report, as a job that is shown", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  bench.hub.sealed(session);
  await bench.time.pass(0);
  expect(bench.snapshot.jobs).toMatchObject([{ kind: "report", session }]);
  await bench.stop();
});

test("a hub that finds a completed session without a report makes it when it has been quiet for a while", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  await bench.order({ kind: "end_session", session });
  const next = await bench.killed();
  expect(next.snapshot.jobs).toEqual([]);
  await next.time.pass(10_000);
  expect(next.snapshot.jobs).toMatchObject([{ kind: "report", session }]);
  await next.stop();
});

test("while a recording runs, a missing report waits", async () => {
  const bench = await HubBench.open();
  await bench.order({ kind: "end_session", session: await bench.create() });
  const next = await bench.killed();
  await next.connect();
  const session = await next.create();
  await next.order({ kind: "start_recording", session });
  await next.time.pass(30_000);
  expect(next.snapshot.jobs).toEqual([]);
  await next.order({ kind: "stop_recording", session });
  await next.time.pass(10_000);
  expect(next.snapshot.jobs).toHaveLength(1);
  await next.stop();
});
