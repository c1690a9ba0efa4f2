import { constants, existsSync, openSync, writeSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { ReadStream } from "node:tty";

/** The command of LogAndStream and BtStream; a Shimmer streams with the settings it had last. */
const START_STREAMING = 0x07;
/** What the hub's stream writer promises: in the file within 150 ms, on the disk 700 ms later. */
const WRITE_EVERY_MS = 150;
const SYNC_EVERY_MS = 700;
const PORT_WITHIN_MS = 10_000;

/** A port's bytes as they come, and the file they go to. */
interface Pipe {
  readonly file: FileHandle;
  chunks: Buffer[];
  bytes: number;
}

/** A bare process: folder, seconds and ports; starts the Shimmers (they keep their settings) and writes their bytes raw. */
const [folder, seconds, ...ports] = process.argv.slice(2) as [string, string, ...string[]];
const pipes = await Promise.all(ports.map((port, index) => openPipe(port, join(folder, `${index + 1}.raw`))));
const before = { cpu: process.cpuUsage(), ms: performance.now() };
const endMs = before.ms + Number(seconds) * 1000;
let syncAtMs = before.ms + SYNC_EVERY_MS;
while (performance.now() < endMs) {
  await new Promise((resolve) => setTimeout(resolve, WRITE_EVERY_MS));
  await Promise.all(pipes.map(writeWaiting));
  if (performance.now() < syncAtMs) continue;
  syncAtMs += SYNC_EVERY_MS;
  await Promise.all(pipes.map(({ file }) => file.datasync()));
}
const { user, system } = process.cpuUsage(before.cpu);
const used = { seconds: (performance.now() - before.ms) / 1000, cpuS: (user + system) / 1e6 };
const bytes = pipes.reduce((sum, pipe) => sum + pipe.bytes, 0);
process.stdout.write(JSON.stringify({ ...used, bytes, rssMb: process.memoryUsage.rss() / 2 ** 20 }), () =>
  process.exit(),
);

async function openPipe(port: string, path: string): Promise<Pipe> {
  const pipe: Pipe = { file: await open(path, "wx"), chunks: [], bytes: 0 };
  await appears(port);
  const fd = openSync(port, constants.O_RDWR | constants.O_NOCTTY);
  const terminal = new ReadStream(fd);
  terminal.setRawMode(true);
  terminal.on("data", (chunk: Buffer) => pipe.chunks.push(chunk));
  writeSync(fd, Uint8Array.of(START_STREAMING));
  return pipe;
}

/** The port is made anew each time its host leaves. */
async function appears(port: string): Promise<void> {
  const limitMs = performance.now() + PORT_WITHIN_MS;
  while (!existsSync(port)) {
    if (performance.now() > limitMs) throw new Error(`no port at ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function writeWaiting(pipe: Pipe): Promise<void> {
  const bytes = Buffer.concat(pipe.chunks);
  pipe.chunks = [];
  pipe.bytes += (await pipe.file.write(bytes)).bytesWritten;
}
