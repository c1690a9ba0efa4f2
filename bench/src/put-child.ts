import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

const WRITE_BYTES = 2 ** 20;
const SYNC_BYTES = 8 * 2 ** 20;

/** A plain HTTP server that writes the body of a PUT to the file it was given, hashes it, and syncs as often as uploads are. */
const [path] = process.argv.slice(2) as [string];
const server = createServer((request, response) => {
  void store(request).then((sha256) => response.end(sha256));
});
server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port }));

async function store(body: IncomingMessage): Promise<string> {
  const file = await open(path, "wx");
  const hash = createHash("sha256");
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let unsyncedBytes = 0;
  const write = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting, waitingBytes);
    [waiting, waitingBytes] = [[], 0];
    const written = file.writeFile(bytes);
    hash.update(bytes);
    await written;
    unsyncedBytes += bytes.length;
    if (unsyncedBytes < SYNC_BYTES) return;
    await file.datasync();
    unsyncedBytes = 0;
  };
  for await (const chunk of body as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= WRITE_BYTES) await write();
  }
  await write();
  await file.datasync();
  await file.close();
  return hash.digest("hex");
}
