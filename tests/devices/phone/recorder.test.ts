import type { FirstKept, HeldFile, RecordingOrder } from "@polychron/devices";
import { PhoneBench } from "./phone-bench.js";

const never = new AbortController().signal;
const ONE = { session: "s", number: 1 };

let bench: PhoneBench;
afterEach(() => bench.close());

async function armed(...options: ConstructorParameters<typeof PhoneBench>): Promise<PhoneBench> {
  bench = new PhoneBench(...options);
  return bench.arm();
}

/** The phone's clock so many seconds from now, as exactly as the test can know it. */
function deviceS(inS: number): number {
  const reply = bench.brain.probe({ id: 1, pad: "" });
  return reply.t2_s + inS;
}

function order(startDeviceS: number | null, number = 1): RecordingOrder {
  return { session: "s", number, stamp: "20250731_143022", startUs: bench.time.nowUs(), startDeviceS };
}

function start(startDeviceS: number | null = null): Promise<readonly FirstKept[]> {
  return bench.settle(bench.driver.recorder.start(order(startDeviceS), never));
}

async function stop(stopDeviceS: number | null = null): Promise<readonly HeldFile[]> {
  const { files, refused } = await bench.settle(bench.driver.recorder.stop({ ...ONE, stopDeviceS }, never));
  expect(refused).toEqual([]);
  return files;
}

/** Everything received is on the disk. */
function sync(): void {
  for (const stream of ["imu", "gsr"]) {
    const last = bench.delivered(stream).at(-1);
    if (last !== undefined) bench.driver.recorder.acknowledge(stream, last[1] + 1);
  }
}

function lastStored(stream: string): number | undefined {
  const all = bench.told("stored") as { next_seq: Record<string, number> }[];
  return all.findLast(({ next_seq }) => stream in next_seq)?.next_seq[stream];
}

test("a file that is safe is told again, at growing pauses, until the phone has heard it; the failure is told once", async () => {
  await armed();
  bench.link.refuseOrders("file_stored", 4);
  bench.driver.recorder.stored({ ...ONE, fileId: "f1", sha256: "0".repeat(64) });
  const times = (): number => bench.told("file_stored").length;
  const counts: number[] = [];
  for (const waitMs of [1_000, 4_500, 10_000, 30_000, 30_000, 60_000]) {
    await bench.time.pass(waitMs);
    counts.push(times());
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 5]);
  expect(bench.faultCodes).toEqual(["PHONE_REFUSED"]);
});

test("a start is answered with the first sample of each stream at or after the instant", async () => {
  await armed();
  await bench.time.pass(1_000);
  const startS = deviceS(0.5);
  const first = await start(startS);
  expect(first.map(({ fileType }) => fileType)).toEqual(["imu", "gsr"]);
  for (const { fileType, seq, deviceTimeS } of first) {
    const made = bench.made(fileType);
    expect(made.find(([, , timeS]) => timeS >= startS)).toEqual(expect.arrayContaining([seq, deviceTimeS]));
  }
  expect(bench.driver.recorder.held).toEqual([{ ...ONE, state: "recording" }]);
});

test("a stop is answered with the closed video, and again the same", async () => {
  await armed();
  await start();
  await bench.time.pass(2_000);
  const files = await stop(deviceS(0.1));
  expect(files).toEqual([
    expect.objectContaining({
      fileType: "rgb",
      folder: "rgb_videos",
      ext: "mp4",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    }),
  ]);
  expect(files[0]!.frames).toBeGreaterThan(30);
  expect(files[0]!.durationS).toBeGreaterThan(2);
  expect(await stop()).toEqual(files);
  expect(bench.driver.recorder.held).toEqual([{ ...ONE, state: "stopped" }]);
});

test("during a recording the phone keeps what is not on the disk; after it what was received may go, once the hub's files are closed", async () => {
  await armed();
  await bench.time.pass(1_000);
  const letGo = bench.driver.recorder.keep("imu");
  await start();
  await bench.time.pass(2_000);
  const before = lastStored("imu")!;
  expect(bench.delivered("imu").length).toBeGreaterThan(before + 150);
  bench.driver.recorder.acknowledge("imu", before + 40);
  await bench.time.pass(300);
  expect(lastStored("imu")).toBe(before + 40);
  await stop();
  await bench.time.pass(60_000);
  expect(lastStored("imu")).toBe(before + 40);
  letGo();
  await bench.time.pass(2_000);
  expect(lastStored("imu")).toBeGreaterThan(bench.delivered("imu").length - 240);
});

test("a stream that two recordings of the hub still write is safe when both have let go of it", async () => {
  await armed();
  const { recorder } = bench.driver;
  const [first, second] = [recorder.keep("imu"), recorder.keep("imu")];
  await bench.time.pass(3_000);
  first();
  await bench.time.pass(2_000);
  expect([lastStored("imu"), lastStored("gsr")]).toEqual([undefined, expect.any(Number)]);
  second();
  await bench.time.pass(1_500);
  expect(lastStored("imu")).toBeGreaterThan(300);
});

test("a file that cannot be taken does not cost the others, and the phone is told why", async () => {
  await armed();
  await start();
  const good = {
    file_id: "a",
    file_type: "rgb",
    folder: "rgb_videos",
    ext: "mp4",
    size_bytes: 3,
    sha256: "0".repeat(64),
  };
  const files = [good, { ...good, file_id: "b", ext: "json" }, { ...good, file_id: "c", file_type: "con" }];
  bench.link.answer("stop", { ok: true, next_seq: {}, files });
  const stopped = await bench.settle(bench.driver.recorder.stop({ ...ONE, stopDeviceS: null }, never));
  expect(stopped.files.map(({ fileId }) => fileId)).toEqual(["a"]);
  expect(stopped.refused.map(({ code, params }) => [code, params["file"]])).toEqual([
    ["PHONE_FILE_REFUSED", "b"],
    ["PHONE_FILE_REFUSED", "c"],
  ]);
  await bench.time.pass(100);
  expect(bench.told("error")).toMatchObject([
    {
      ok: false,
      of: "stop",
      error: { code: "PHONE_FILE_REFUSED", params: { session: "s", recording: 1, file_id: "b" } },
    },
    { ok: false, of: "stop", error: { params: { file_id: "c", reason: "file_type: the name 'con' is taken" } } },
  ]);
});

test("what a phone still records for another hub is not safe with this one until it is stopped here", async () => {
  await armed();
  await start();
  await bench.time.pass(1_000);
  sync();
  await bench.time.pass(1_000);
  const before = lastStored("imu")!;
  const other = await bench.otherHub();
  await bench.time.pass(3_000);
  expect(bench.delivered("imu").at(-1)![1]).toBeGreaterThan(before + 200);
  expect(lastStored("imu")).toBe(before);
  other.recorder.acknowledge("imu", before + 40);
  await bench.time.pass(500);
  expect(lastStored("imu")).toBe(before + 40);
  await bench.settle(other.recorder.stop({ ...ONE, stopDeviceS: null }, never));
  await bench.time.pass(2_000);
  expect(lastStored("imu")).toBeGreaterThan(before + 400);
});

test("a recording that is stopped here makes nothing safe while the phone records another one", async () => {
  await armed();
  await start();
  await bench.settle(bench.driver.recorder.start(order(null, 2), never));
  bench.link.cut();
  await bench.time.pass(1_000);
  const before = lastStored("imu");
  await bench.settle(bench.driver.recorder.stop({ session: "s", number: 2, stopDeviceS: null }, never));
  await bench.time.pass(12_000);
  expect(lastStored("imu")).toBe(before);
  await stop();
  await bench.time.pass(12_000);
  expect(lastStored("imu")).toBeGreaterThan(2_000);
});

test("the answer to a hello says what is safe, and the phone sends the rest again", async () => {
  await armed();
  await start();
  await bench.time.pass(2_000);
  sync();
  await bench.time.pass(1_000);
  bench.link.cut();
  await bench.time.pass(2_000);
  for (const stream of ["imu", "gsr"]) {
    const delivered = bench.delivered(stream);
    expect(delivered).toEqual(bench.made(stream).slice(0, delivered.length));
  }
});

test("the phone uploads after the stop, is told what is stored, and deletes it", async () => {
  await armed();
  await start();
  await bench.time.pass(1_000);
  const [video] = await stop();
  await bench.time.pass(1_000);
  expect(bench.phone.uploads).toEqual([
    { file: { session: "s", fileId: video!.fileId, path: `${video!.fileId}.mp4` }, isDamaged: false },
  ]);
  expect([...bench.phone.files.keys()]).toEqual([`${video!.fileId}.mp4`]);
  bench.driver.recorder.stored({ ...ONE, fileId: video!.fileId, sha256: video!.sha256 });
  await bench.time.pass(100);
  expect(bench.phone.files.size).toBe(0);
  expect(await bench.settle(bench.brain.untilEmpty(1_000))).toBe(true);
});

test("a file that is stored while the phone is away is told after its return", async () => {
  await armed();
  await start();
  const [video] = await stop();
  bench.link.close();
  bench.driver.recorder.stored({ ...ONE, fileId: video!.fileId, sha256: video!.sha256 });
  await bench.time.pass(3_000);
  expect(bench.phone.files.size).toBe(1);
  bench.link.open();
  await bench.time.pass(1_000);
  expect(bench.phone.files.size).toBe(0);
  bench.link.cut();
  await bench.time.pass(1_000);
  expect(bench.told("file_stored")).toHaveLength(1);
});

test("a file with another hash is not deleted, and the fault is told", async () => {
  await armed();
  await start();
  const [video] = await stop();
  bench.driver.recorder.stored({ ...ONE, fileId: video!.fileId, sha256: "0".repeat(64) });
  await bench.time.pass(100);
  expect(bench.phone.files.size).toBe(1);
  expect(bench.faultCodes).toEqual(["PHONE_REFUSED"]);
});

test("a recording goes on while the phone is away, and it says so when it is back", async () => {
  await armed({ faults: ["vanish@1:3"] });
  await start();
  await bench.time.pass(5_000);
  expect(bench.link.hello!.held).toEqual([{ session: "s", recording: 1, state: "recording" }]);
  expect(bench.driver.recorder.held).toEqual([{ ...ONE, state: "recording" }]);
  const [video, ...more] = await stop(deviceS(0));
  expect(video!.durationS).toBeGreaterThan(4.5);
  expect(more).toEqual([]);
});

test("while the phone is away its orders fail as such", async () => {
  await armed();
  bench.link.close();
  const { recorder } = bench.driver;
  const away = { code: "PHONE_AWAY" };
  await expect(bench.settle(recorder.start(order(null), never))).rejects.toMatchObject(away);
  await expect(bench.settle(recorder.stop({ ...ONE, stopDeviceS: null }, never))).rejects.toMatchObject(away);
  await expect(bench.settle(recorder.send(ONE, never))).rejects.toMatchObject(away);
});

test("an answer that the protocol does not know is a fault of its own", async () => {
  await armed();
  bench.link.answer("start", { ok: true, first: [{ stream: "imu", seq: -1 }] });
  await expect(start()).rejects.toMatchObject({ code: "PHONE_ANSWER_INVALID" });
});

test("samples of a recording that ended while the phone was away come as a file, every one that was not on the disk", async () => {
  await armed();
  await bench.time.pass(1_000);
  const [firstImu] = await start();
  await bench.time.pass(1_000);
  sync();
  const synced = bench.delivered("imu").at(-1)![1] + 1;
  await bench.time.pass(500);
  bench.link.close();
  await bench.time.pass(2_000);
  const stopS = deviceS(0);
  await bench.time.pass(2_000);
  bench.link.open();
  await bench.time.pass(1_000);
  const files = await stop(stopS);
  expect(files.map(({ fileType, folder, ext }) => [fileType, folder, ext])).toEqual([
    ["rgb", "rgb_videos", "mp4"],
    ["imu", "sensor_data", "csv"],
    ["gsr", "sensor_data", "csv"],
  ]);
  expect(firstImu!.seq).toBeLessThan(synced);
  const [head, ...lines] = bench.phone.files.get(`${files[1]!.fileId}.csv`)!.trimEnd().split("\n");
  expect(head).toBe(
    "seq,device_time_s,arrival_time_s,accel_x_mps2,accel_y_mps2,accel_z_mps2,gyro_x_radps,gyro_y_radps,gyro_z_radps",
  );
  const wanted = bench.made("imu").filter(([, seq, timeS]) => seq >= synced && timeS < stopS);
  expect(wanted.length).toBeGreaterThan(240);
  expect(lines).toEqual(wanted.map(([, seq, timeS, ...values]) => [seq, timeS, "", ...values].join(",")));
  expect(files[1]!.firstDeviceTimeS).toBe(wanted[0]![2]);
});

test("a phone that was away and is back before the stop has no such file", async () => {
  await armed({ faults: ["vanish@1:2"] });
  await start();
  await bench.time.pass(5_000);
  expect((await stop(deviceS(0))).map(({ fileType }) => fileType)).toEqual(["rgb"]);
});

test("a restarted phone holds its video so far, and goes on with the recording as a second part", async () => {
  await armed({ faults: ["reboot@2:1"] });
  await start();
  await bench.time.pass(5_000);
  expect(bench.driver.recorder.held).toEqual([{ ...ONE, state: "stopped" }]);
  await start();
  await bench.time.pass(1_000);
  const files = await stop(deviceS(0));
  expect(files.map(({ fileType }) => fileType)).toEqual(["rgb", "rgb"]);
  expect(files.map(({ fileId }) => bench.phone.files.get(`${fileId}.mp4`))).toEqual([
    expect.stringContaining("cut"),
    expect.stringContaining("stopped"),
  ]);
});

test("a phone whose storage is full ends its video, says so, and refuses to record again", async () => {
  await armed({ faults: ["full-storage@2"] });
  await start();
  await bench.time.pass(4_000);
  expect(bench.of("event")).toEqual([expect.objectContaining({ what: "error", code: "STORAGE_FULL" })]);
  const [video] = await stop(deviceS(0));
  expect(video!.durationS).toBeLessThan(2.5);
  const again = bench.driver.recorder.start(order(null, 2), never);
  await expect(bench.settle(again)).rejects.toMatchObject({
    code: "PHONE_REFUSED",
    message: expect.stringContaining("STORAGE_FULL") as string,
  });
});

test("an upload with a wrong byte is refused and comes again as it should be", async () => {
  await armed({ faults: ["wrong-hash"] });
  await start();
  await bench.time.pass(1_000);
  await stop(deviceS(0));
  await bench.time.pass(5_000);
  expect(bench.phone.uploads.map(({ isDamaged }) => isDamaged)).toEqual([true, false]);
});

test("an upload that fails is tried again until it succeeds, and not while the phone is away", async () => {
  await armed();
  bench.phone.refusal = new Error("not now");
  await start();
  await stop(deviceS(0));
  await bench.time.pass(5_000);
  const tried = bench.phone.uploads.length;
  expect(tried).toBeGreaterThan(1);
  bench.link.close();
  await bench.time.pass(10_000);
  expect(bench.phone.uploads.length).toBe(tried);
  bench.phone.refusal = undefined;
  bench.link.open();
  await bench.time.pass(10_000);
  expect(bench.phone.uploads.length).toBe(tried + 1);
});

test("a recording of which the phone never heard has no files", async () => {
  await armed();
  expect(await stop()).toEqual([]);
});

test("asked for its files, the phone sends them once more", async () => {
  await armed();
  await start();
  const [video] = await stop();
  await bench.time.pass(1_000);
  await bench.settle(bench.driver.recorder.send(ONE, never));
  await bench.time.pass(1_000);
  expect(bench.phone.uploads.map(({ file }) => file.fileId)).toEqual([video!.fileId, video!.fileId]);
});
