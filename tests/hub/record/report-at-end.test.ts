import { HubBench } from "../hub-bench.js";

test("a hub that hears of a sealed session makes its quality report, as a job that is shown", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  bench.hub.sealed(session);
  await bench.time.pass(0);
  expect(bench.snapshot.jobs).toMatchObject([{ kind: "report", session }]);
  await bench.stop();
});
