import { DeviceError, parseFault, type DriverNotice } from "@polychron/devices";
import { LiveDevice } from "../../../apps/hub/src/record/live-device.js";
import { CameraBench } from "../../devices/camera/camera-bench.js";
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

test("a fault that its driver says is over is no longer one to see; another one stays", async () => {
  const camera = new CameraBench({ simulated: true });
  const device = new LiveDevice({ family: "camera", address: "simulated-camera-1", label: "Camera", simulated: true });
  const identity = { hardwareId: "h", proposedId: "webcam_1", deviceType: "pc_webcam", label: "Camera" };
  const rest = { capabilities: ["rgb_video"], firmware: "ffmpeg 5", driver: "camera", simulated: true };
  device.introduce("webcam_1", { ...identity, ...rest }, camera.driver);
  const error = new DeviceError("CAMERA_TIME_DOUBTFUL", { address: "cam", offMs: 7 }).toJSON();
  const codeAfter = (notice: DriverNotice): string | undefined => {
    device.onNotice(notice);
    return device.view(null, 0).error?.code;
  };
  expect(codeAfter({ kind: "fault", error, recoverable: true, atUs: 0 })).toBe("CAMERA_TIME_DOUBTFUL");
  expect(codeAfter({ kind: "fault_over", code: "CAMERA_FAILED", atUs: 1 })).toBe("CAMERA_TIME_DOUBTFUL");
  expect(codeAfter({ kind: "fault_over", code: "CAMERA_TIME_DOUBTFUL", atUs: 2 })).toBeUndefined();
  await camera.close();
});
