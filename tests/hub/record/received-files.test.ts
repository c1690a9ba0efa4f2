import { SessionStore } from "@polychron/session/store";
import { ReceivedFiles } from "../../../apps/hub/src/record/received-files.js";
import { DeviceBook } from "../../../apps/hub/src/record/device-book.js";
import { HubBench } from "../hub-bench.js";

test("a phone that asks before the hub has looked at what a crash left open is told to come again", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const session = await bench.create();
  await bench.stop();
  const { clock, time: timers, memory: files } = bench;
  const software = { name: "polychron", version: "0.0.0" };
  const store = await SessionStore.open({ files, clock, timers, folder: "/rec", software, onFault: () => undefined });
  const book = new DeviceBook("/nowhere/devices.json", () => Promise.resolve());
  const received = new ReceivedFiles({
    ...{ store, book, timers },
    isInterrupted: () => false,
    onChanged: () => undefined,
  });
  await expect(received.receive({ device, session, fileId: "f1" })).rejects.toMatchObject({
    code: "SESSION_INTERRUPTED",
  });
});
