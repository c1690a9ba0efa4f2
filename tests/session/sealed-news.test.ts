import { workbench } from "./store-bench.js";

test("whoever waits for it hears of a session once it is sealed, and not of one that is given up", async () => {
  const bench = workbench();
  const sealed: string[] = [];
  const store = await bench.open(bench.memory, { onSealed: (session) => void sealed.push(session) });
  const good = await store.create({ name: "good", by: "test" });
  const failed = await store.create({ name: "failed", by: "test" });
  await failed.fail({ error_type: "system", code: "X", message: "x", remedy: "x", recoverable: false });
  await failed.reset({ by: "test" });
  expect(sealed).toEqual([]);
  await good.end({ reason: "operator", by: "test" });
  expect(sealed).toEqual([good.id]);
  await store.close();
});

test("when it is told, the sealed session's derived data can be listed", async () => {
  const bench = workbench();
  const changes: Promise<void>[] = [];
  const entry = { enabled: true, available: true, success: null, items: [] };
  const store = await bench.open(bench.memory, {
    onSealed: (session) => void changes.push(store.changeProcessing(session, "quality_report", () => entry)),
  });
  const session = await store.create({ name: "good", by: "test" });
  await session.end({ reason: "operator", by: "test" });
  await Promise.all(changes);
  expect((await store.requireStored(session.id)).post_processing).toEqual({ quality_report: entry });
});
