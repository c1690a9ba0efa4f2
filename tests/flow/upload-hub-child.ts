/** The uploads' door over real sessions on a real disk: announces a file, or takes up what a killed one has left; tells its parent. */
import type { AddressInfo } from "node:net";
import { systemTimers, type DeviceIdentity } from "@polychron/devices";
import { DiskFiles, endInterrupted, recoverSessions, SessionStore, type OpenSession } from "@polychron/session/store";
import { DeviceBook } from "../../apps/hub/src/record/device-book.js";
import { ReceivedFiles } from "../../apps/hub/src/record/received-files.js";
import { TokenBook } from "../../apps/hub/src/security/tokens.js";
import { createHttp } from "../../apps/hub/src/server/http.js";
import { addUploads } from "../../apps/hub/src/server/uploads.js";
import { systemClock } from "../../apps/hub/src/system-clock.js";

const [folder, wantedPort, sizeBytes, sha256] = process.argv.slice(2) as [string, string, string?, string?];
const DEVICE = "phone_1";
const clock = systemClock();
const files = new DiskFiles();
const fence = (): Promise<void> => Promise.resolve();
const store = await SessionStore.open({
  ...{ files, clock, folder, timers: systemTimers, software: { name: "polychron", version: "0.0.0" } },
  onFault: (thrown: unknown) => process.send!({ fault: String(thrown) }),
});
const session = sha256 === undefined ? await takenUp() : await announced(sha256);
const tokens = new TokenBook(() => 0, { check: (token) => (token === "phone.token" ? phone : undefined) });
const phone = { tokenId: "phone", role: "device" } as const;
let hosts: ReadonlySet<string> = new Set();
const app = await createHttp({ tokens, hosts: () => hosts, webRoot: "/nowhere" });
const book = new DeviceBook(`${folder}/no-book.json`, () => Promise.resolve());
await book.idOf({ hardwareId: phone.tokenId, proposedId: DEVICE } as DeviceIdentity);
const isInterrupted = (): boolean => false;
const received = new ReceivedFiles({ store, book, timers: systemTimers, isInterrupted, onChanged: () => undefined });
addUploads(app, {
  timers: systemTimers,
  deviceOf: (grant) => received.deviceOf(grant),
  receive: (name) => received.receive(name),
  onProgress: (_name, receivedBytes) => process.send!({ receivedBytes }),
});
process.on("message", (host: string) => {
  hosts = new Set([host]);
  process.send!({ isOpen: true });
});
await app.listen({ host: "127.0.0.1", port: Number(wantedPort) });
process.send!({ session: session.id, port: (app.server.address() as AddressInfo).port });

/** A session that has ended and waits for one file. */
async function announced(sha256: string): Promise<OpenSession> {
  const made = await store.create({ name: "upload" });
  const simulated = { settings: {}, calibration: null, firmware: null, simulated: true };
  await made.addDevice(DEVICE, {
    ...{ device_type: "android_phone", capabilities: ["rgb_video"], status: "connected" },
    ...simulated,
  });
  const { number } = await made.startRecording({ atUs: clock.nowUs(), devices: [DEVICE] });
  await made.stopRecording({ atUs: clock.nowUs(), streams: [] });
  const file = { fileId: "rgb-1", fileType: "rgb", folder: "rgb_videos", ext: "mp4", frames: 3, durationS: 1 } as const;
  await made.announceFiles(DEVICE, number, [{ ...file, sizeBytes: Number(sizeBytes), sha256 }]);
  await made.end({ reason: "test", by: "test" });
  return made;
}

async function takenUp(): Promise<OpenSession> {
  const { interrupted } = await recoverSessions({ files, recordingsFolder: folder, clock, fence });
  const [found] = interrupted;
  const taken = await endInterrupted(store, found!, "test");
  await taken.end({ reason: "interrupted", by: "test" });
  return taken;
}
