import { systemTimers } from "@polychron/devices";
import { DiskFiles, SessionStore } from "@polychron/session/store";
import { systemClock } from "../../apps/hub/src/system-clock.js";
import { browserTests } from "./browser-lab.js";

const inBrowser = browserTests({});
const KNOWN = { settings: {}, calibration: null, firmware: null, simulated: true, status: "armed" } as const;
const FILE = { fileId: "r1-rgb", fileType: "rgb", folder: "rgb_videos", ext: "mp4" } as const;

/** A session that was closed without a file that its phone had announced, and of which a sensor lost samples. */
async function closeWithoutFile(recordings: string): Promise<void> {
  const clock = systemClock();
  const software = { name: "polychron", version: "0.0.0" };
  const onFault = (thrown: unknown): never => {
    throw thrown;
  };
  const options = { files: new DiskFiles(), folder: recordings, clock, timers: systemTimers, software, onFault };
  const session = await (await SessionStore.open(options)).create({ name: "pilot" });
  await session.addDevice("phone_1", { device_type: "android_phone", capabilities: ["rgb_video"], ...KNOWN });
  const atUs = clock.nowUs();
  const { number } = await session.startRecording({ atUs, devices: ["phone_1"] });
  const counts = { expected: 100, received: 90, written: 90, expected_extrapolated: 0, nominal: 100 };
  const gsr = { device: "phone_1", stream: "gsr", ...counts, effective_rate_hz: null, start_skew_s: null };
  await session.stopRecording({ atUs: atUs + 1e6, streams: [gsr] });
  const facts = { sizeBytes: 24, sha256: "0".repeat(64), frames: 1, durationS: 1 };
  await session.announceFiles("phone_1", number, [{ ...FILE, ...facts }]);
  await session.end({ reason: "test", by: "test", withoutMissing: true });
}

inBrowser(
  "the list of sessions says of one that it was closed without a file and with gaps, and what can be done",
  async (lab) => {
    await closeWithoutFile(lab.recordings);
    const page = await lab.open();
    await page.getByRole("link", { name: "Sessions" }).click();
    const line = page.getByRole("listitem").filter({ hasText: "pilot" });
    await line.getByText("1 file missing", { exact: true }).waitFor();
    await line.getByText("gaps in 1 stream", { exact: true }).waitFor();
    await line.getByRole("button", { name: "Details and export of pilot" }).click();
    await line.getByText("reopen the session and connect the device").waitFor();
    await line.getByText("the log names each gap").waitFor();
  },
);
