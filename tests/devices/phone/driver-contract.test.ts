import { PhoneBrain, PhoneDriver } from "@polychron/devices";
import { driverContract } from "../driver-contract.js";
import { HandTime } from "../hand-time.js";
import { MemoryLink } from "./memory-link.js";
import { MemoryPhone } from "./memory-phone.js";

driverContract("an emulated phone, in memory", {
  otherSettings: { leaveOut: ["gsr"] },
  badSettings: { leaveOut: "gsr" },
  make: (sink) => {
    const time = new HandTime();
    const link = new MemoryLink(time);
    const phone = new MemoryPhone(time);
    const ports = { clock: time, timers: time };
    const brain = new PhoneBrain({ ...ports, wire: link, video: phone, storage: phone, uploader: phone, seed: 1 });
    link.brain = brain;
    brain.start();
    return Promise.resolve({
      driver: new PhoneDriver({ ...ports, link, sink }),
      ready: () => Promise.resolve(),
      pass: () => time.pass(20),
      dispose: () => brain.close(),
    });
  },
});
