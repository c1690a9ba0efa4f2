import { HubBench } from "../hub-bench.js";

test("a reopened session has its connected devices and all its markers again", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const session = String((await bench.order({ kind: "create_session", name: "P07" }))["session"]);
  await bench.order({ kind: "marker", session, label: "before" });
  await bench.order({ kind: "end_session", session });
  expect(bench.snapshot.devices[0]).toMatchObject({ session: null });
  await bench.order({ kind: "reopen_session", session });
  await bench.order({ kind: "marker", session, label: "after" });
  expect(bench.snapshot.sessions[0]).toMatchObject({ id: session, devices: [device], markers: 2 });
  expect(bench.snapshot.devices[0]).toMatchObject({ session });
});

test("a device that is in another session meanwhile stays there", async () => {
  const bench = await HubBench.open();
  await bench.connect();
  const first = String((await bench.order({ kind: "create_session" }))["session"]);
  await bench.order({ kind: "end_session", session: first });
  const second = String((await bench.order({ kind: "create_session" }))["session"]);
  expect(await bench.codeOf({ kind: "reopen_session", session: first })).toBe("ok");
  expect(bench.snapshot.devices[0]).toMatchObject({ session: second });
});
