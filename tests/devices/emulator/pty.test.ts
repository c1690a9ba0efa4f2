import { existsSync } from "node:fs";
import { lstat, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emulateOnPty, parseFault, PtyPort, SerialTransport, systemTimers } from "@polychron/devices";
import { hubUs } from "@polychron/session/model";
import { hexOf } from "../bytes.js";
import { hasSocat } from "../socat.js";

const clock = { nowUs: () => hubUs(Number(process.hrtime.bigint() / 1000n)) };
const never = new AbortController().signal;
const onFailure = (error: Error): never => {
  throw error;
};

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-pty-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Resolves with the first value that `listen` hands over and that fits. */
function next<Value>(
  listen: (listener: (value: Value) => void) => () => void,
  fits: (value: Value) => boolean,
): Promise<Value> {
  return new Promise((resolve) => {
    const unlisten = listen((value) => {
      if (!fits(value)) return;
      unlisten();
      resolve(value);
    });
  });
}

const withSocat = hasSocat() ? describe : describe.skip;

withSocat("a port of the kernel (not run without socat)", () => {
  test("a host that opens the link speaks to the emulator as to a serial port", async () => {
    const link = join(folder, "shimmer");
    const emulated = await emulateOnPty({ link, clock, timers: systemTimers, seed: 1, macSuffix: "3a5f" });
    const transport = new SerialTransport({ address: link, clock });
    await transport.open(never);
    let received = "";
    const whole = next<Uint8Array>(
      (listener) => transport.onChunk(listener),
      (bytes) => (received += ` ${hexOf(bytes)}`).length >= 3 * 9,
    );
    await transport.write(Uint8Array.of(0x8e, 6, 224, 0));
    await whole;
    expect(received).toBe(" FF 8D 06 02 50 4C 59 3A 5F");
    await transport.close();
    await emulated.close();
    expect(existsSync(link)).toBe(false);
  });

  test("the device's end knows when a host comes and goes, and the link is there for the next one", async () => {
    const link = join(folder, "port");
    const port = await PtyPort.open({ link, onFailure });
    const linkIs = (isUp: boolean): Promise<boolean> =>
      next<boolean>(
        (listener) => port.onLink(listener),
        (value) => value === isUp,
      );
    for (let host = 0; host < 2; host++) {
      const transport = new SerialTransport({ address: link, clock });
      const came = linkIs(true);
      await transport.open(never);
      await came;
      const went = linkIs(false);
      await transport.close();
      await went;
      await eventually(() => existsSync(link));
    }
    await port.close();
  });

  test("nothing is kept for a host that is not there", async () => {
    const port = await PtyPort.open({ link: join(folder, "port"), onFailure });
    expect(port.send(Uint8Array.of(1))).toBe(false);
    await port.close();
  });

  test("a cut takes the port away, a restore brings it back under the same path", async () => {
    const link = join(folder, "port");
    const port = await PtyPort.open({ link, onFailure });
    port.cut();
    expect(existsSync(link)).toBe(false);
    const transport = new SerialTransport({ address: link, clock });
    await expect(transport.open(never)).rejects.toMatchObject({ code: "TRANSPORT_NOT_FOUND" });
    port.restore();
    await eventually(() => existsSync(link));
    await transport.open(never);
    await transport.close();
    await port.close();
  });

  test("the close fault really closes the port, and the host can open it again", async () => {
    const link = join(folder, "shimmer");
    const emulated = await emulateOnPty({ link, clock, timers: systemTimers, seed: 1 });
    const transport = new SerialTransport({ address: link, clock });
    await transport.open(never);
    const closed = next<string>(
      (listener) => transport.onClosed(listener),
      () => true,
    );
    emulated.order(parseFault("close@0:0.1"));
    await closed;
    expect(existsSync(link)).toBe(false);
    await eventually(() => existsSync(link));
    await transport.open(never);
    await transport.close();
    await emulated.close();
  });

  test("a file that stands at the path is left alone", async () => {
    const link = join(folder, "notes.txt");
    await writeFile(link, "mine");
    await expect(PtyPort.open({ link, onFailure })).rejects.toMatchObject({ code: "PTY_UNAVAILABLE" });
    expect((await lstat(link)).isFile()).toBe(true);
  });

  test("a path in no folder is an error that says so", async () => {
    await expect(PtyPort.open({ link: join(folder, "gone", "port"), onFailure })).rejects.toMatchObject({
      code: "PTY_UNAVAILABLE",
    });
  });
});

test("without socat there is an error that says how to get it", async () => {
  const opening = PtyPort.open({ link: join(folder, "port"), onFailure, socat: join(folder, "socat") });
  await expect(opening).rejects.toMatchObject({
    code: "PTY_UNAVAILABLE",
    message: expect.stringContaining("ENOENT") as string,
    remedy: expect.stringContaining("Install socat") as string,
  });
});

/** Looks again at every turn of the event loop; the test's own time limit ends it. */
async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
