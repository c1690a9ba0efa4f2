import { driverContract } from "../driver-contract.js";
import { cameraDriver, hasFfmpeg, turn } from "./real-ffmpeg.js";

const family = { otherSettings: { width: 160, height: 120, rateHz: 60 }, badSettings: { rateHz: 0 } };

// The contract reads samples; a camera's are the rows of its fragments.
if (hasFfmpeg())
  driverContract("a simulated camera", {
    ...family,
    make: (sink) => {
      const onFragment = ({ frames }: { frames: Parameters<typeof sink.onBlock>[0] }): void => sink.onBlock(frames);
      const driver = cameraDriver({ ...sink, onFragment }, { settings: { width: 160, height: 120, rateHz: 120 } });
      return Promise.resolve({ driver, ready: () => Promise.resolve(), pass: turn, dispose: () => Promise.resolve() });
    },
  });
else test.skip("a driver: a simulated camera (not run without ffmpeg)", () => undefined);
