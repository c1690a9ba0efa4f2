import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CameraDriver, remuxToMp4, systemTimers } from "@polychron/devices";
import { captureArguments } from "../../../packages/devices/src/camera/capture-arguments.js";
import { decodedFrames, fileOf, hasFfmpeg, isAlive, RealCamera, realClock } from "./real-ffmpeg.js";

const never = new AbortController().signal;
const withFfmpeg = hasFfmpeg() ? describe : describe.skip;

test("without ffmpeg a camera is refused with what to install", async () => {
  const sink = { onBlock: () => undefined, onNotice: () => undefined };
  const ports = { sink, clock: realClock, timers: systemTimers };
  const driver = new CameraDriver({
    address: "simulated-camera-1",
    simulated: true,
    ffmpegPath: "/nowhere/ffmpeg",
    ...ports,
  });
  await expect(driver.connect(never)).rejects.toMatchObject({
    code: "FFMPEG_MISSING",
    params: { path: "/nowhere/ffmpeg" },
  });
  expect(driver.phase).toBe("closed");
});

withFfmpeg("a simulated camera (not run without ffmpeg)", () => {
  let camera: RealCamera;
  let folder: string;
  beforeEach(async () => {
    camera = new RealCamera();
    folder = await mkdtemp(join(tmpdir(), "polychron-camera-"));
  });
  afterEach(async () => {
    await camera.driver.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function film(fragments: number): Promise<void> {
    await camera.driver.connect(never);
    await camera.driver.arm(never);
    await camera.until(() => camera.fragments.length >= fragments);
  }

  async function written(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  test("a file of head and fragments holds a picture for every row, and each fragment begins with a key picture", async () => {
    await film(4);
    await camera.driver.disarm(never);
    expect(await decodedFrames(await written("all.mkv", fileOf(camera.fragments)))).toBe(camera.frames);
    expect(camera.fragments.every(({ isKey }) => isKey)).toBe(true);
    let nextSeq = 0;
    for (const { frames, head } of camera.fragments) {
      expect(frames.firstSeq).toBe(nextSeq);
      expect(head).toBe(camera.fragments[0]!.head);
      nextSeq += frames.count;
    }
  });

  test("a file that begins and ends within plays exactly the rows it was cut to", async () => {
    await film(4);
    const [, second, third] = camera.fragments;
    for (const count of [1, 7, third!.frames.count]) {
      const last = third!.first(count);
      expect(last.frames.count).toBe(count);
      const path = await written(`cut${count}.mkv`, fileOf([second!, last]));
      expect(await decodedFrames(path)).toBe(second!.frames.count + count);
    }
  });

  test("a cut of a cut is a cut of the original", async () => {
    await film(1);
    const [fragment] = camera.fragments;
    expect(fragment!.first(9).first(4).bytes).toEqual(fragment!.first(4).bytes);
    expect(fragment!.first(9).first(4).frames.count).toBe(4);
  });

  test("capture times are the hub's own, grow at the camera's rate, and lie before the arrival", async () => {
    const beforeS = realClock.nowUs() / 1e6;
    await film(5);
    const afterS = realClock.nowUs() / 1e6;
    const rows = camera.fragments.flatMap(({ frames }) =>
      [...frames.deviceTimeS].map((timeS, row) => ({
        timeS,
        arrivalS: frames.arrivalUs[row]! / 1e6,
        source: frames.channels[0]![row]!,
      })),
    );
    for (const { timeS, arrivalS, source } of rows) {
      expect(timeS).toBeGreaterThan(beforeS);
      expect(timeS).toBeLessThan(afterS);
      expect(timeS).toBeLessThanOrEqual(arrivalS);
      expect(source).toBe(2);
    }
    const intervals = rows.slice(1).map(({ timeS }, at) => timeS - rows[at]!.timeS);
    expect(Math.min(...intervals)).toBeGreaterThan(0);
    const rateHz = intervals.length / (rows.at(-1)!.timeS - rows[0]!.timeS);
    expect(rateHz).toBeGreaterThan(26);
    expect(rateHz).toBeLessThan(34);
  });

  test("previews are JPEG pictures, about five a second", async () => {
    await film(4);
    const { jpeg } = camera.previews[0]!;
    expect([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    expect(await decodedFrames(await written("look.jpg", jpeg))).toBe(1);
    const spanS = camera.frames / 30;
    expect(camera.previews.length).toBeLessThanOrEqual(Math.ceil(spanS * 5) + 4);
    expect(camera.previews.length).toBeGreaterThanOrEqual(Math.floor(spanS * 4) - 2);
  });

  test("a killed encoder is replaced within two seconds: a new run with a new head and numbers from 0", async () => {
    await film(2);
    const killedUs = realClock.nowUs();
    const before = camera.fragments.at(-1)!;
    camera.children[0]!.kill("SIGKILL");
    await camera.until(() => camera.fragments.at(-1)!.head !== before.head);
    const kinds = camera.notices.map((notice) => (notice.kind === "phase" ? notice.phase : notice.kind));
    expect(kinds).toEqual(["connecting", "connected", "armed", "lost", "fault", "renewed", "armed"]);
    expect(camera.notices.find((notice) => notice.kind === "fault")).toMatchObject({
      error: { code: "CAMERA_FAILED", params: { reason: "the capture program was ended by SIGKILL" } },
    });
    const fresh = camera.fragments.at(-1)!;
    expect(fresh.frames.firstSeq).toBe(0);
    expect(fresh.isKey).toBe(true);
    expect(fresh.frames.deviceTimeS[0]! - killedUs / 1e6).toBeLessThan(2);
  });

  test("disarming and closing leave no process", async () => {
    await film(1);
    await camera.driver.disarm(never);
    const { pid } = camera.children[0]!;
    expect(isAlive(pid!)).toBe(false);
    await camera.driver.arm(never);
    await camera.driver.close();
    expect(camera.children.map((child) => isAlive(child.pid!))).toEqual([false, false]);
  });

  test("two cameras at once do not disturb each other", async () => {
    const other = new RealCamera("simulated-camera-2");
    try {
      await Promise.all([film(2), other.driver.connect(never).then(() => other.driver.arm(never))]);
      await other.until(() => other.fragments.length >= 2);
      expect(other.fragments[0]!.head).not.toBe(camera.fragments[0]!.head);
      expect(other.previews[0]!.jpeg).not.toEqual(camera.previews[0]!.jpeg);
    } finally {
      await other.driver.close();
    }
  });

  test("an encoder ends when its hub is killed", async () => {
    const { width, height, rateHz } = { width: 320, height: 240, rateHz: 30 };
    const stamps = { kind: "steady", hubUs: 0, utcUs: Math.floor(realClock.utcUs()) } as const;
    const plan = { system: "simulated", address: "simulated-camera-1", coding: undefined, stamps } as const;
    const args = captureArguments({ ...plan, settings: { width, height, rateHz } });
    const hub = spawn(process.execPath, ["-e", HUB, JSON.stringify(args)], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    hub.stdout.on("data", (text: Buffer) => (said += text.toString()));
    await camera.until(() => said.includes("video"));
    const encoder = Number(/pid (\d+)/.exec(said)![1]);
    expect(isAlive(encoder)).toBe(true);
    hub.kill("SIGKILL");
    await camera.until(() => !isAlive(encoder));
  });

  describe("its recording as MP4", () => {
    async function remux(
      name: string,
      bytes: Uint8Array,
      frames: number,
    ): Promise<{ frames: number; durationS: number }> {
      const [from, to] = [await written(`${name}.mkv`, bytes), join(folder, `${name}.mp4.part`)];
      const made = await remuxToMp4({ ffmpeg: "ffmpeg", from, to, frames, signal: never });
      expect(await decodedFrames(to)).toBe(frames);
      return made;
    }

    test("holds every picture and begins at zero, also where the recording began late in the run", async () => {
      await film(5);
      await camera.driver.disarm(never);
      const made = await remux("late", fileOf(camera.fragments.slice(2)), camera.frames - 30);
      expect(made.frames).toBe(camera.frames - 30);
      expect(made.durationS).toBeCloseTo((camera.frames - 30) / 30, 0);
    });

    test("can be made of what a killed hub left: a file cut within a picture", async () => {
      await film(2);
      const [first, second] = camera.fragments;
      const whole = fileOf([first!, second!]);
      const cut = whole.subarray(0, whole.length - second!.bytes.length + second!.first(4).bytes.length + 10);
      const frames = first!.frames.count + 4;
      expect((await remux("cut", cut, frames)).frames).toBe(frames);
    });

    test("is refused when pictures are missing, or when there is nothing to read", async () => {
      await film(1);
      const refused = { code: "VIDEO_REMUX_FAILED" };
      await expect(remux("few", fileOf(camera.fragments), 9_999)).rejects.toMatchObject(refused);
      await expect(remux("none", new Uint8Array(100), 5)).rejects.toMatchObject(refused);
    });

    test("is given up when told so, and needs the programs", async () => {
      await film(1);
      const from = await written("given-up.mkv", fileOf(camera.fragments));
      const order = { ffmpeg: "ffmpeg", from, to: join(folder, "x.mp4"), frames: 15 };
      await expect(remuxToMp4({ ...order, signal: AbortSignal.abort(new Error("given up")) })).rejects.toThrow(
        "given up",
      );
      const missing = remuxToMp4({ ...order, ffprobe: "/nowhere/ffprobe", signal: never });
      await expect(missing).rejects.toMatchObject({ code: "FFMPEG_MISSING", params: { path: "/nowhere/ffprobe" } });
    });
  });
});

/** A hub of a few lines: it starts the encoder as the driver does, reads its pipes, and says so. */
const HUB = `
const { spawn } = require("node:child_process");
const child = spawn("ffmpeg", JSON.parse(process.argv[1]), { stdio: Array(6).fill("pipe") });
child.stdio.slice(1).forEach((pipe, at) => pipe.on("data", () => at === 2 && console.log("video")));
console.log("pid " + child.pid);
`;
