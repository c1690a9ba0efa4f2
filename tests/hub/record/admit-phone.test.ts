import { PhoneBrain, PhoneDriver } from "@polychron/devices";
import { admitPhone } from "../../../apps/hub/src/record/admit-phone.js";
import { DeviceBook } from "../../../apps/hub/src/record/device-book.js";
import { DeviceRegistry } from "../../../apps/hub/src/record/device-registry.js";
import { HandTime } from "../../devices/hand-time.js";
import { MemoryLink } from "../../devices/phone/memory-link.js";
import { MemoryPhone } from "../../devices/phone/memory-phone.js";

/** A registry of phones and one emulated phone that is switched on. */
function openBench(): { time: HandTime; link: MemoryLink; registry: DeviceRegistry } {
  const time = new HandTime();
  const link = new MemoryLink(time);
  const phone = new MemoryPhone(time);
  const ports = { clock: time, timers: time };
  link.brain = new PhoneBrain({ ...ports, wire: link, video: phone, storage: phone, uploader: phone, seed: 1 });
  const registry = new DeviceRegistry({
    families: [
      {
        family: "phone",
        discover: () => Promise.resolve([]),
        create: (_candidate, settings, sink) => new PhoneDriver({ ...ports, link, sink, settings }),
      },
    ],
    book: new DeviceBook("/nowhere/devices.json", () => Promise.resolve()),
    timers: time,
  });
  link.brain.start();
  return { time, link, registry };
}

/** The phone has said hello, and the hub begins to take it in; it has 200 ms for that. */
async function admitted({ time, link, registry }: ReturnType<typeof openBench>): Promise<string | undefined> {
  await time.pass(100);
  let device: string | undefined;
  void admitPhone(registry, link).then((id) => (device = id));
  await time.pass(100);
  return device;
}

test("a phone is known before it has answered the order to stream", async () => {
  const bench = openBench();
  bench.link.deafen("arm", 1);
  expect(await admitted(bench)).toBe("phone_1");
  expect(bench.registry.require("phone_1").phase).toBe("connected");
  await bench.time.pass(16_000);
  expect(bench.registry.require("phone_1").phase).toBe("armed");
});

test("a phone that refuses to stream is a connected device with its refusal as an error, and streams once it agrees", async () => {
  const bench = openBench();
  bench.link.refuseOrders("arm", 2);
  expect(await admitted(bench)).toBe("phone_1");
  const view = (): object => bench.registry.require("phone_1").view(null, bench.time.nowUs());
  expect(view()).toMatchObject({ phase: "connected", error: { code: "PHONE_REFUSED" } });
  await bench.time.pass(10_100);
  expect(view()).toMatchObject({ phase: "armed", error: null });
});

test("a phone that says hello again before it streams is asked anew on its new connection", async () => {
  const bench = openBench();
  bench.link.deafen("arm", 1);
  await admitted(bench);
  bench.link.supersede();
  await bench.time.pass(500);
  expect(bench.registry.require("phone_1").phase).toBe("armed");
});

test("a phone that goes before it streams is lost, and streams when it is back", async () => {
  const bench = openBench();
  bench.link.deafen("arm", 1);
  await admitted(bench);
  bench.link.close();
  expect(bench.registry.require("phone_1").phase).toBe("lost");
  bench.link.open();
  await bench.time.pass(500);
  expect(bench.registry.require("phone_1").phase).toBe("armed");
});
