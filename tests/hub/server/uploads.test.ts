import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { Upload } from "tus-js-client";
import { SessionError } from "@polychron/session/model";
import { CuttingProxy } from "./cutting-proxy.js";
import { patchHeaders, PHONE, replyTo, SESSION, UploadBench } from "./upload-bench.js";

const MIB = 1 << 20;
let at: UploadBench;
beforeEach(async () => {
  at = await UploadBench.open();
});
afterEach(() => at.close());

/** Where a new upload of `bytes` goes. */
async function begun(bytes: Uint8Array): Promise<string> {
  at.announce("rgb_1", bytes);
  return (await at.create("rgb_1", bytes.length)).headers.location!;
}

describe("a file", () => {
  test("arrives by plain HTTP in bodies of 8 MiB, each offset told once it is on the disk", async () => {
    const bytes = randomBytes(20 * MIB);
    const file = at.announce("rgb_1", bytes);
    const created = await at.create("rgb_1", bytes.length);
    expect(created).toMatchObject({ status: 201, headers: { "tus-resumable": "1.0.0", "upload-offset": "0" } });
    const offsets = [];
    for (let from = 0; from < bytes.length; from += 8 * MIB) {
      const answer = await at.patch(created.headers.location!, from, bytes.subarray(from, from + 8 * MIB));
      offsets.push([answer.status, Number(answer.headers["upload-offset"])]);
    }
    expect(offsets).toEqual([8, 16, 20].map((mib) => [204, mib * MIB]));
    expect(at.progress).toEqual([8, 16, 20].map((mib) => mib * MIB));
    expect((await readFile(file.path)).equals(bytes)).toBe(true);
  });

  test("has the same address whenever it is asked for, and keeps what it has", async () => {
    const bytes = randomBytes(1000);
    const path = await begun(bytes);
    await at.patch(path, 0, bytes.subarray(0, 600));
    expect(await at.create("rgb_1", 1000)).toMatchObject({
      status: 201,
      headers: { location: path, "upload-offset": "600" },
    });
    expect(path).toBe(`/uploads/${Buffer.from(`${SESSION}/rgb_1`).toString("base64url")}`);
    const head = await at.ask("HEAD", { path });
    expect(head).toMatchObject({ status: 200, headers: { "upload-offset": "600", "upload-length": "1000" } });
    expect(head.headers["cache-control"]).toBe("no-store");
  });

  test("that is stored already is whole for whoever asks again", async () => {
    const bytes = randomBytes(1000);
    const path = await begun(bytes);
    await at.patch(path, 0, bytes);
    const whole = { "upload-offset": "1000" };
    expect(await at.create("rgb_1", 1000)).toMatchObject({ status: 201, headers: { location: path, ...whole } });
    expect(await at.ask("HEAD", { path })).toMatchObject({
      status: 200,
      headers: { ...whole, "upload-length": "1000" },
    });
    expect(await at.patch(path, 0, bytes)).toMatchObject({ status: 409, headers: whole });
    expect(await at.patch(path, 1000, new Uint8Array())).toMatchObject({ status: 204, headers: whole });
  });

  test("may have the longest names there are", async () => {
    const fileId = "f".repeat(64);
    const session = `${"s".repeat(48)}_20250731_143022`;
    const answer = await at.create(fileId, 3, { session });
    expect(answer.code).toBe("SESSION_NOT_FOUND");
    at.announce(fileId, randomBytes(3));
    const path = (await at.create(fileId, 3)).headers.location!;
    expect(path.length).toBeGreaterThan(110);
    expect(await at.ask("HEAD", { path })).toMatchObject({ status: 200, headers: { "upload-length": "3" } });
  });

  test("says which extensions there are", async () => {
    expect(await at.ask("OPTIONS")).toMatchObject({
      status: 204,
      headers: { "tus-version": "1.0.0", "tus-extension": "creation" },
    });
  });
});

describe("by tus-js-client", () => {
  function send(bytes: Buffer, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const upload = new Upload(Readable.from([bytes], { objectMode: false }) as never, {
        ...{ endpoint: `http://127.0.0.1:${port}/uploads`, chunkSize: 8 * MIB, uploadSize: bytes.length },
        headers: { authorization: `Bearer ${at.token()}` },
        metadata: { session: SESSION, file_id: "rgb_1", filename: "VID 1.mp4" },
        retryDelays: [10, 20, 50],
        onSuccess: () => resolve(),
        onError: reject,
      });
      upload.start();
    });
  }

  test("20 MB whose connection is killed five times arrive whole", async () => {
    const bytes = randomBytes(20_000_000);
    const file = at.announce("rgb_1", bytes);
    const proxy = await CuttingProxy.open(
      at.port,
      [0.1, 3.3, 6, 11.7, 21].map((megabytes) => megabytes * 1e6),
    );
    at.proxies.push(`127.0.0.1:${proxy.port}`);
    await send(bytes, proxy.port);
    await proxy.close();
    expect(proxy.cuts).toBe(5);
    expect(file.isStored).toBe(true);
    expect((await readFile(file.path)).equals(bytes)).toBe(true);
  });

  test("a file that is partly or wholly here is finished at once", async () => {
    const bytes = randomBytes(9 * MIB);
    const path = await begun(bytes);
    await at.patch(path, 0, bytes.subarray(0, MIB));
    await send(bytes, at.port);
    at.progress.length = 0;
    await send(bytes, at.port);
    expect(at.progress).toEqual([]);
  });
});

describe("a body", () => {
  test("that is cut keeps what had come", async () => {
    const bytes = randomBytes(2 * MIB);
    const path = await begun(bytes);
    const request = at.begin("PATCH", { path, headers: { ...patchHeaders(0), "content-length": bytes.length } });
    request.on("error", () => undefined);
    await new Promise<void>((resolve) => request.write(bytes.subarray(0, MIB), () => resolve()));
    request.socket!.end();
    const kept = await until(() => at.progress[0]);
    // What had not yet left the connection's own buffer is lost with it.
    expect(kept).toBeGreaterThan(MIB / 2);
    expect((await at.ask("HEAD", { path })).headers["upload-offset"]).toBe(String(kept));
    expect(await at.patch(path, kept, bytes.subarray(kept))).toMatchObject({ status: 204 });
  });

  test("that stalls for 30 seconds is ended, and what had come is kept", async () => {
    const bytes = randomBytes(1000);
    const path = await begun(bytes);
    const request = at.begin("PATCH", { path, headers: { ...patchHeaders(0), "content-length": 1000 } });
    const answer = replyTo(request);
    request.write(bytes.subarray(0, 400));
    await until(() => at.waits === 2 || undefined);
    await at.time.pass(29_999);
    expect(at.progress).toEqual([]);
    await at.time.pass(1);
    expect(await answer).toMatchObject({
      ...{ status: 408, code: "UPLOAD_STALLED" },
      headers: { "upload-offset": "400", connection: "close" },
    });
  });

  test("may wait for a slow disk longer than its sender may be silent", async () => {
    const bytes = randomBytes(1000);
    const file = at.announce("rgb_1", bytes);
    const { location } = (await at.create("rgb_1", 1000)).headers;
    let open = (): void => undefined;
    file.gate = new Promise((resolve) => (open = resolve));
    const answer = at.patch(location!, 0, bytes);
    await at.time.pass(120_000);
    open();
    expect(await answer).toMatchObject({ status: 204, headers: { "upload-offset": "1000" } });
  });

  test("of 9 MiB is refused unread; without a length it is taken up to 8 MiB", async () => {
    const bytes = randomBytes(9 * MIB);
    const path = await begun(bytes);
    expect(await at.patch(path, 0, bytes)).toMatchObject({ status: 413, code: "UPLOAD_BODY_TOO_LONG" });
    expect(at.progress).toEqual([]);
    const chunked = await at.patch(path, 0, bytes, { headers: { "transfer-encoding": "chunked" } });
    expect(chunked).toMatchObject({ status: 413, code: "UPLOAD_BODY_TOO_LONG" });
    const kept = Number(chunked.headers["upload-offset"]);
    expect(kept).toBeGreaterThan(7 * MIB);
    expect(kept).toBeLessThanOrEqual(8 * MIB);
    expect(await at.patch(path, kept, bytes.subarray(kept))).toMatchObject({ status: 204 });
  });

  test("while another of the same file is being written is refused", async () => {
    const bytes = randomBytes(1000);
    const path = await begun(bytes);
    const first = at.begin("PATCH", { path, headers: { ...patchHeaders(0), "content-length": 1000 } });
    first.write(bytes.subarray(0, 1));
    await until(() => at.waits === 2 || undefined);
    expect(await at.patch(path, 0, bytes)).toMatchObject({ status: 423, code: "UPLOAD_BUSY" });
    first.end(bytes.subarray(1));
    expect(await replyTo(first)).toMatchObject({ status: 204, headers: { "upload-offset": "1000" } });
  });

  test("at a wrong offset is refused with the right one", async () => {
    const bytes = randomBytes(1000);
    const path = await begun(bytes);
    await at.patch(path, 0, bytes.subarray(0, 300));
    for (const offset of [0, 299, 301, 1000])
      expect(await at.patch(path, offset, bytes.subarray(0, 100))).toMatchObject({
        ...{ status: 409, code: "UPLOAD_OFFSET_WRONG" },
        headers: { "upload-offset": "300" },
      });
  });

  test("beyond the file's end is refused, with and without a length", async () => {
    const path = await begun(randomBytes(1000));
    const tooLong = { status: 413, code: "UPLOAD_TOO_LONG" };
    expect(await at.patch(path, 0, randomBytes(1001))).toMatchObject(tooLong);
    const chunked = { headers: { "transfer-encoding": "chunked" } };
    expect(await at.patch(path, 0, randomBytes(1001), chunked)).toMatchObject(tooLong);
  });

  test("that ends a file of another hash begins it anew", async () => {
    const bytes = randomBytes(1000);
    at.announce("rgb_1", bytes);
    const path = (await at.create("rgb_1", 1000)).headers.location!;
    const wrong = await at.patch(path, 0, randomBytes(1000));
    expect(wrong).toMatchObject({ status: 422, code: "UPLOAD_CHECKSUM", headers: { "upload-offset": "0" } });
    expect(at.progress).toEqual([0]);
    expect(await at.patch(path, 0, bytes)).toMatchObject({ status: 204, headers: { "upload-offset": "1000" } });
  });

  test("that the disk cannot take is a fault of the hub, to be tried again", async () => {
    const bytes = randomBytes(1000);
    const path = await begun(bytes);
    const file = at.files.get(`${PHONE} ${SESSION} rgb_1`) as { fault?: SessionError };
    file.fault = new SessionError("STORAGE_FULL", { operation: "write", path: "x" });
    expect(await at.patch(path, 0, bytes)).toMatchObject({ status: 507, code: "STORAGE_FULL" });
    delete file.fault;
    expect(await at.patch(path, 0, bytes)).toMatchObject({ status: 204 });
  });
});

/** The first value that is there, looked for as long as a test may last. */
async function until<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
