import { once } from "node:events";
import { CameraMember } from "../../../apps/hub/src/lab/camera-member.js";
import { parseLabFault } from "../../../apps/hub/src/lab/lab-fault.js";

const WAITS_LONG = ["-e", "setTimeout(() => undefined, 60_000)"];
const { fault } = parseLabFault("kill-encoder@0");

test("an ordered kill ends the encoder that runs then, and spares the next one", async () => {
  const camera = new CameraMember(1);
  const first = camera.spawn(process.execPath, WAITS_LONG);
  await camera.order(fault);
  expect(await once(first, "close")).toEqual([null, "SIGKILL"]);
  const second = camera.spawn(process.execPath, WAITS_LONG);
  await camera.order({ ...fault, atS: 3600 });
  await camera.close();
  expect(second.exitCode).toBeNull();
  second.kill("SIGTERM");
  expect(await once(second, "close")).toEqual([null, "SIGTERM"]);
});

test("a camera is small unless the lab is to be put under stress", () => {
  const camera = new CameraMember(2);
  expect(camera.candidate).toMatchObject({ family: "camera", address: "simulated-camera-2", simulated: true });
  expect(camera.settings(false)).toEqual({ width: 320, height: 240, rateHz: 30 });
  expect(camera.settings(true)).toEqual({ width: 1280, height: 720, rateHz: 30 });
});
