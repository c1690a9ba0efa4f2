import { PIPE } from "../../../packages/devices/src/camera/capture-arguments.js";
import { CameraBench } from "./camera-bench.js";

const never = new AbortController().signal;
let bench: CameraBench;
beforeEach(() => (bench = new CameraBench({ settings: { width: 640, height: 480, rateHz: 10 } })));
afterEach(() => bench.close());

/** Arms with a program that says a line and ends. */
async function refusal(line: string): Promise<unknown> {
  bench.onSpawn = (capture) => {
    capture.say(line);
    setImmediate(() => capture.end(1));
  };
  await bench.settle(bench.driver.connect(never));
  return bench.settle(bench.driver.arm(never)).catch((thrown: unknown) => thrown);
}

test.each([
  ["CAMERA_BUSY", "[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_STREAMON): Device or resource busy"],
  ["CAMERA_NOT_FOUND", "[fatal] Cannot open video device /dev/video0: No such device"],
  ["CAMERA_NO_ACCESS", "[fatal] Cannot open video device /dev/video0: Permission denied"],
  ["CAMERA_FAILED", "[error] Conversion failed!"],
])("a camera that cannot be started is %s, and can be tried again", async (code, line) => {
  expect(await refusal(line)).toMatchObject({ code });
  expect(bench.driver.phase).toBe("connected");
});

test("a camera that is not there is told when it is connected", async () => {
  bench.answer = "[fatal] Cannot open video device /dev/video0: No such file or directory\n";
  await expect(bench.settle(bench.driver.connect(never))).rejects.toMatchObject({ code: "CAMERA_NOT_FOUND" });
  expect(bench.driver.phase).toBe("closed");
});

test("a format that the camera does not have is refused with those it has", async () => {
  await bench.settle(bench.driver.connect(never));
  await expect(bench.driver.configure({ width: 1920, height: 1080 }, never)).rejects.toMatchObject({
    code: "CAMERA_FORMAT_UNSUPPORTED",
    remedy: expect.stringContaining("640x480, 1280x720") as string,
  });
  expect(bench.driver.settings).toEqual({ width: 640, height: 480, rateHz: 10 });
});

test("a camera that chooses another size is refused, and its program is gone before that is told", async () => {
  await bench.settle(bench.driver.connect(never));
  const arming = bench.driver.arm(never);
  bench.capture.say("[v4l2 @ 0x5] [info] The V4L2 driver changed the video from 640x480 to 320x240");
  await bench.pass(10);
  bench.capture.announce(bench.stampUs());
  await expect(bench.settle(arming)).rejects.toMatchObject({ code: "CAMERA_FORMAT_UNSUPPORTED" });
  expect(bench.capture.signals).toEqual(["SIGKILL"]);
});

test("a camera that chooses another rate is started again at that rate, and its stream says so before it is armed", async () => {
  await bench.settle(bench.driver.connect(never));
  bench.onSpawn = (capture) => {
    if (bench.captures.length === 1)
      capture.say("[v4l2 @ 0x5] [info] The driver changed the time per frame from 1/10 to 1/5");
  };
  const arming = bench.driver.arm(never);
  await bench.pass(10);
  bench.capture.announce(bench.stampUs());
  await bench.pass(10);
  expect(bench.captures.length).toBe(2);
  bench.capture.announce(bench.stampUs());
  await bench.settle(arming);
  expect(bench.driver.streams[0]!.nominalRateHz).toBe(5);
  expect(bench.captures[1]!.args.join(" ")).toContain("-framerate 5");
  expect(bench.kinds()).toEqual(["connecting", "connected", "renewed", "armed"]);
});

test("a camera that delivers nothing is given up after ten seconds", async () => {
  await bench.settle(bench.driver.connect(never));
  const arming = bench.driver.arm(never);
  await bench.pass(9_500);
  expect(bench.capture.signals).toEqual([]);
  await expect(bench.settle(arming)).rejects.toMatchObject({ code: "CAMERA_NO_FRAMES" });
  expect(bench.capture.signals).toEqual(["SIGKILL"]);
});

test("a caller who gives up while a camera starts gets the reason once the program is gone", async () => {
  await bench.settle(bench.driver.connect(never));
  const abort = new AbortController();
  const arming = bench.driver.arm(abort.signal);
  await bench.pass(20);
  abort.abort(new Error("given up"));
  await expect(bench.settle(arming)).rejects.toThrow("given up");
  expect(bench.capture.signals).toEqual(["SIGKILL"]);
  expect(bench.driver.phase).toBe("connected");
});

test("a camera that is being started is not started a second time", async () => {
  await bench.settle(bench.driver.connect(never));
  const arming = bench.driver.arm(never);
  await expect(bench.driver.arm(never)).rejects.toMatchObject({ code: "DEVICE_STATE_INVALID" });
  bench.capture.announce(bench.stampUs());
  await bench.settle(arming);
  expect(bench.captures.length).toBe(1);
});

test("closing while a camera starts waits for its program's end", async () => {
  await bench.settle(bench.driver.connect(never));
  const arming = bench.driver.arm(never);
  let hasClosed = false;
  bench.capture.once("close", () => (hasClosed = true));
  const refused = expect(arming).rejects.toMatchObject({ code: "TRANSPORT_CLOSED" });
  await bench.close();
  await refused;
  expect(hasClosed).toBe(true);
});

test("a program that hangs is killed after five seconds and replaced: the fault, the loss, the new run, in order", async () => {
  await bench.arm();
  await bench.film(10);
  await bench.pass(4_500);
  expect(bench.driver.phase).toBe("armed");
  await bench.pass(1_000);
  expect(bench.driver.phase).toBe("lost");
  expect(bench.captures[0]!.signals).toEqual(["SIGKILL"]);
  await bench.pass(600);
  bench.capture.announce(bench.stampUs());
  await bench.pass(10);
  expect(bench.kinds()).toEqual(["connecting", "connected", "armed", "lost", "fault", "renewed", "armed"]);
  expect(bench.faultCodes).toEqual(["CAMERA_FAILED"]);
});

test("frames of a new run count from 0 under a head of their own; those of a new arming go on counting", async () => {
  await bench.arm();
  await bench.film(10);
  await bench.settle(bench.driver.disarm(never));
  const arming = bench.driver.arm(never);
  bench.capture.announce(bench.stampUs());
  await bench.settle(arming);
  await bench.film(60);
  bench.capture.end(null, "SIGKILL");
  await bench.pass(600);
  bench.capture.announce(bench.stampUs());
  await bench.film(2);
  expect(bench.fragments.map(({ frames }) => [frames.firstSeq, frames.count])).toEqual([
    [0, 11],
    [11, 61],
    [0, 3],
  ]);
  expect(new Set(bench.fragments.map(({ head }) => head)).size).toBe(3);
});

test("an unplugged camera is lost, tried again at growing intervals, and told once", async () => {
  await bench.arm();
  await bench.pass(100);
  const starts: number[] = [];
  bench.onSpawn = (capture) => {
    starts.push(bench.time.nowUs());
    capture.say("[fatal] Cannot open video device /dev/video0: No such file or directory");
    setImmediate(() => capture.end(1));
  };
  bench.capture.say("[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_DQBUF): No such device");
  await bench.pass(10);
  bench.capture.end(1);
  await bench.pass(60_000);
  const waitsS = starts.slice(1).map((at, index) => (at - starts[index]!) / 1e6);
  for (const [index, leastS] of [0.5, 1, 2, 4, 8, 10, 10].entries()) {
    expect(waitsS[index]).toBeGreaterThanOrEqual(leastS);
    expect(waitsS[index]).toBeLessThan(leastS + 1.5);
  }
  expect(bench.faultCodes).toEqual(["CAMERA_NOT_FOUND"]);
  expect(bench.driver.phase).toBe("lost");
});

test.each([3600e6, -3600e6])(
  "a wall clock that is set by %d us neither ends the run nor touches its times",
  async (stepUs) => {
    await bench.arm();
    const capturedMs: number[] = [];
    for (let frame = 0; frame < 10; frame++) {
      if (frame === 5) bench.wallStepUs = stepUs;
      await bench.film(1);
      capturedMs.push(Math.round(bench.time.nowUs() / 1e3) - 1);
    }
    const frames = bench.fragments.flatMap(({ frames }) => [...frames.deviceTimeS].map((s) => Math.round(s * 1e3)));
    expect(frames.slice(1)).toEqual(capturedMs);
    expect(new Set(bench.fragments.flatMap(({ frames }) => [...frames.channels[0]!]))).toEqual(new Set([1]));
    expect([bench.faultCodes, bench.captures.length]).toEqual([[], 1]);
  },
);

describe("a camera whose driver stamps by the time of day", () => {
  beforeEach(async () => {
    bench.driverStamps = "wall";
    bench.onSpawn = (capture) => setImmediate(() => capture.announce(bench.stampUs()));
    await bench.settle(bench.driver.connect(never));
    await bench.settle(bench.driver.arm(never));
  });

  test("is started again for stamps of that clock, and its times are right", async () => {
    expect(bench.captures.map(({ args }) => args[args.indexOf("-ts") + 1])).toEqual(["default", "abs"]);
    expect(bench.phases).toEqual(["connecting", "connected", "armed"]);
    await bench.film(3);
    const { deviceTimeS, channels } = bench.fragments.at(-1)!.frames;
    expect(deviceTimeS.at(-1)! * 1e6).toBeCloseTo(bench.time.nowUs() - 1e3, -1);
    expect([new Set(channels[0]), bench.faultCodes]).toEqual([new Set([1]), []]);
  });

  test.each([3600e6, -3600e6])("has a new run with right times when that clock is set by %d us", async (stepUs) => {
    await bench.film(5);
    bench.wallStepUs = stepUs;
    await bench.pass(100);
    bench.capture.announce(bench.stampUs());
    await bench.pass(600);
    expect(bench.faultCodes).toEqual(["CAMERA_CLOCK_SET"]);
    expect(bench.captures.map(({ args }) => args[args.indexOf("-ts") + 1])).toEqual(["default", "abs", "abs"]);
    await bench.film(1);
    expect(bench.fragments.at(-1)!.frames.deviceTimeS.at(-1)! * 1e6).toBeCloseTo(bench.time.nowUs() - 1e3, -1);
  });

  test("is not started again for less than a second", async () => {
    bench.wallStepUs = 0.5e6;
    await bench.film(2);
    expect([bench.faultCodes, bench.captures.length]).toEqual([[], 2]);
  });
});

test("frames whose times cannot be right are recorded under their arrival, told once, and end the run when there are sixty", async () => {
  await bench.arm();
  await bench.film(1);
  for (let frame = 0; frame < 59; frame++) {
    await bench.pass(100);
    bench.capture.announce(bench.stampUs() + 3600e6);
  }
  bench.capture.deliver();
  await bench.pass(1);
  const { deviceTimeS, channels } = bench.fragments.at(-1)!.frames;
  expect(new Set(channels[0])).toEqual(new Set([3]));
  expect(deviceTimeS.at(-1)! * 1e6).toBeCloseTo(bench.time.nowUs(), -4);
  expect(bench.faultCodes).toEqual(["CAMERA_TIME_DOUBTFUL"]);
  bench.capture.announce(bench.stampUs() + 3600e6);
  await bench.pass(600);
  expect(bench.faultCodes).toEqual(["CAMERA_TIME_DOUBTFUL", "CAMERA_TIMES_WRONG"]);
});

test("pipes that contradict each other end the run: the k-th picture must be the k-th time", async () => {
  await bench.arm();
  bench.capture.deliver(2);
  await bench.pass(10);
  expect(bench.faultCodes).toEqual(["CAMERA_FAILED"]);
  expect(bench.fragments).toEqual([]);
});

test.each([
  ["no Matroska", PIPE.video, "this is no video"],
  ["no times", PIPE.times, "no time at all\n"],
])("a program that sends %s is ended", async (_name, pipe, text) => {
  await bench.arm();
  bench.capture.send(pipe, text);
  await bench.pass(10);
  expect(bench.captures[0]!.signals).toEqual(["SIGKILL"]);
  expect(bench.faultCodes).toEqual(["CAMERA_FAILED"]);
});

test("a program that does not quit when asked is killed within five seconds", async () => {
  await bench.arm();
  bench.capture.quitsWhenAsked = false;
  const disarming = bench.driver.disarm(never);
  await bench.pass(3_900);
  expect(bench.capture.signals).toEqual([]);
  await bench.pass(200);
  await disarming;
  expect(bench.capture.signals).toEqual(["SIGKILL"]);
  expect(bench.driver.phase).toBe("connected");
});

test("frames that ffmpeg counts as dropped or doubled are told as they come on top", async () => {
  await bench.arm();
  for (const dropped of [0, 2, 2, 5])
    bench.capture.send(PIPE.progress, `frame=9\ndup_frames=0\ndrop_frames=${dropped}\nprogress=continue\n`);
  await bench.pass(10);
  const told = bench.notices.flatMap((notice) => (notice.kind === "frames" ? [notice.dropped] : []));
  expect(told.reduce((sum, dropped) => sum + dropped, 0)).toBe(5);
});

test("a preview goes out as it comes, armed only", async () => {
  await bench.arm();
  bench.capture.send(PIPE.preview, Uint8Array.from([0xff, 0xd8, 1, 0xff, 0xd9]));
  await bench.pass(10);
  expect(bench.previews.map(({ jpeg }) => jpeg.length)).toEqual([5]);
});

test("a doubt about its times is said once, and over when they have been good for a second", async () => {
  await bench.arm();
  await bench.film(20);
  const overs = (): string[] => bench.notices.flatMap((notice) => (notice.kind === "fault_over" ? [notice.code] : []));
  for (const isGood of [false, true, true, false]) {
    await bench.pass(100);
    bench.capture.announce(bench.stampUs() + (isGood ? 0 : 3600e6));
  }
  for (let frame = 0; frame < 9; frame++) {
    await bench.pass(100);
    bench.capture.announce(bench.stampUs());
  }
  await bench.pass(1);
  expect([bench.faultCodes, overs()]).toEqual([["CAMERA_TIME_DOUBTFUL"], []]);
  await bench.pass(100);
  bench.capture.announce(bench.stampUs());
  await bench.pass(1);
  expect([bench.faultCodes, overs()]).toEqual([["CAMERA_TIME_DOUBTFUL"], ["CAMERA_TIME_DOUBTFUL"]]);
});
