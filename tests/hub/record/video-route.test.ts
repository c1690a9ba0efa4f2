import type { MediaFragment } from "@polychron/devices";
import { faulty, listTree, MemoryFiles, SessionStore, type OpenSession } from "@polychron/session/store";
import { utcUs } from "@polychron/session/model";
import type { LiveDevice, LiveStream } from "../../../apps/hub/src/record/live-device.js";
import { VideoRoute } from "../../../apps/hub/src/record/video-route.js";
import { HandTime } from "../../devices/hand-time.js";

const DEVICE = "webcam_1";
const HEAD = Uint8Array.of(1);
const INFO = {
  fileType: "rgb",
  folder: "rgb_videos",
  nominalRateHz: 20,
  isFrames: true,
  clock: { name: "hub", quantS: 1e-6, twoWay: false },
  channels: [],
} as const;

let time: HandTime;
let session: OpenSession;
let memory: MemoryFiles;
let fullDisk: boolean;
/** Files get their final names once this resolves. */
let named: Promise<void>;
let faults: unknown[];
let route: VideoRoute;

/** Ten frames, half a second. */
function fragment(first: number): MediaFragment {
  const times = Float64Array.from({ length: 10 }, (_, row) => 2 + (first + row) / 20);
  const frames = { fileType: "rgb", firstSeq: first, count: 10, deviceTimeS: times, arrivalUs: times, channels: [] };
  return { head: HEAD, bytes: new Uint8Array(10), isKey: true, frames, first: () => fragment(first) };
}

beforeEach(async () => {
  time = new HandTime();
  memory = new MemoryFiles("/rec");
  [fullDisk, faults, named] = [false, [], Promise.resolve()];
  const clock = {
    bootId: "boot",
    nowUs: () => time.nowUs(),
    utcUs: () => utcUs(1.7e15 + time.nowUs()),
    zoneOffsetMin: () => 0,
  };
  const disk = faulty(memory, ({ operation, path }) =>
    fullDisk && operation === "create" && path.includes(".mkv") ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const rename = (from: string, to: string): Promise<void> => named.then(() => disk.rename(from, to));
  const files = { ...disk, rename };
  const software = { name: "polychron", version: "0" };
  const store = await SessionStore.open({
    ...{ files, clock, timers: time, folder: "/rec", software },
    onFault: () => undefined,
  });
  session = await store.create({ name: "video" });
  const facts = { device_type: "pc_webcam", status: "armed", settings: {}, calibration: null } as const;
  await session.addDevice(DEVICE, { ...facts, capabilities: ["rgb_video"], firmware: null, simulated: true });
  await session.startRecording({ atUs: time.nowUs(), devices: [DEVICE] });
  const media = { fileType: "rgb", folder: "rgb_videos", ext: "mkv", width: 2, height: 2, codec: "h264" };
  const device = { id: DEVICE, driver: { media }, identity: { driver: "test 1", firmware: "" } };
  route = new VideoRoute(
    { device: device as unknown as LiveDevice, stream: { info: INFO } as unknown as LiveStream },
    session,
    {
      startUs: 1e6,
      onGap: () => undefined,
      onFault: (_device, thrown) => void faults.push(thrown),
    },
  );
});

test("what comes while the recording's files are being closed goes into none of them, and opens no further one", async () => {
  route.push(fragment(0));
  await route.settle();
  let letGo = (): void => undefined;
  named = new Promise((resolve) => (letGo = resolve));
  const stopped = session.stopRecording({ atUs: time.nowUs(), streams: [] });
  for (let number = 1; number < 5; number++) {
    await time.pass(100);
    route.push(fragment(number * 10));
  }
  letGo();
  await stopped;
  const files = session.metadata.files[DEVICE]!;
  expect(files.map(({ frames }) => frames)).toEqual([10, 10]);
  const tree = (await listTree(memory, `/rec/${session.id}`)).map(({ path }) => path);
  expect(tree.filter((path) => path.includes(".mkv"))).toHaveLength(1);
  expect(tree.filter((path) => path.endsWith(".part"))).toEqual([]);
});

test("a disk that takes no file is reported once, not with every key frame", async () => {
  fullDisk = true;
  const push = async (from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++) {
      route.push(fragment(number * 10));
      await time.pass(10);
    }
  };
  await push(0, 5);
  expect(faults).toHaveLength(1);
  fullDisk = false;
  await push(5, 8);
  await route.settle();
  expect(faults).toHaveLength(1);
  expect(route.counts(time.nowUs()).written).toBe(0);
  await time.pass(1_000);
  expect(route.counts(time.nowUs()).written).toBe(30);
});
