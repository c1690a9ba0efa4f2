import { parseFault } from "@polychron/devices";
import { HubBench } from "../hub-bench.js";

test("a stream that stalls is a fault to see, and no longer one when its samples come again", async () => {
  const bench = await HubBench.open();
  await bench.connect();
  bench.pipes[0]!.order(parseFault("silence@0:3"));
  await bench.time.pass(2_000);
  expect(bench.snapshot.devices[0]).toMatchObject({ phase: "armed", error: { code: "DEVICE_STALLED" } });
  await bench.time.pass(3_000);
  expect(bench.snapshot.devices[0]).toMatchObject({ phase: "armed", error: null });
});
