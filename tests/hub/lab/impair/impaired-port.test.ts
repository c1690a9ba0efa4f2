import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { DelayModel } from "@polychron/sync/link-model";
import { ImpairedPort, type ConnectionDelays } from "../../../../apps/hub/src/lab/impair/impaired-port.js";
import { PreciseSchedule } from "../../../../apps/hub/src/lab/impair/precise-schedule.js";
import { systemClock } from "../../../../apps/hub/src/system-clock.js";

const clock = systemClock();
const schedule = new PreciseSchedule(clock);
let hub: Server;
let port: ImpairedPort;
const guests: Socket[] = [];

beforeEach(async () => {
  hub = createServer({ allowHalfOpen: true, noDelay: true });
  hub.listen(0, "127.0.0.1");
  await once(hub, "listening");
});
afterEach(async () => {
  await port.close();
  for (const socket of guests.splice(0)) socket.destroy();
  await new Promise((resolve) => hub.close(resolve));
});

async function openPort(newDelays: () => ConnectionDelays): Promise<void> {
  const { port: hubPort } = hub.address() as AddressInfo;
  port = await ImpairedPort.open({ hubPort, clock, schedule, newDelays, fromS: 0 });
}

const steady = (ms: { down: number; up: number }) => (): ConnectionDelays => ({
  delayS: (direction) => ms[direction] / 1000,
});

async function join(): Promise<{ device: Socket; served: Socket }> {
  const serving = once(hub, "connection") as Promise<[Socket]>;
  const device = connect({ port: port.number, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  guests.push(device);
  const [served] = await serving;
  guests.push(served);
  return { device, served };
}

/** Whatever ended it. */
function closed(socket: Socket): Promise<void> {
  socket.on("error", () => undefined);
  return new Promise((resolve) => void socket.once("close", () => resolve()));
}

async function all(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

test("each way takes its own time", async () => {
  await openPort(steady({ down: 25, up: 60 }));
  const { device, served } = await join();
  const sentUs = clock.nowUs();
  device.write("up");
  await once(served, "data");
  const upMs = (clock.nowUs() - sentUs) / 1000;
  const answeredUs = clock.nowUs();
  served.write("down");
  await once(device, "data");
  const downMs = (clock.nowUs() - answeredUs) / 1000;
  expect(upMs).toBeGreaterThanOrEqual(60);
  expect(downMs).toBeGreaterThanOrEqual(25);
  expect(downMs).toBeLessThan(upMs);
});

test("over a busy link every byte arrives, in its order, both ways, and the farewell last", async () => {
  await openPort(() => new DelayModel("wifi-busy", 3));
  const { device, served } = await join();
  const words = Array.from({ length: 300 }, (_, index) => `word ${index}; `);
  const heard = Promise.all([all(device), all(served)]);
  for (const word of words) {
    device.write(word);
    served.write(word);
    await new Promise((resolve) => setImmediate(resolve));
  }
  device.end();
  served.end();
  const text = words.join("");
  expect((await heard).map(String)).toEqual([text, text]);
});

test("a connection that breaks at one end breaks at the other", async () => {
  await openPort(steady({ down: 1, up: 1 }));
  const { device, served } = await join();
  served.resetAndDestroy();
  await closed(device);
});

test("a device whose hub is gone is turned away", async () => {
  const gone = createServer();
  gone.listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port: hubPort } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  port = await ImpairedPort.open({ hubPort, clock, schedule, newDelays: steady({ down: 1, up: 1 }), fromS: 0 });
  const device = connect({ port: port.number, host: "127.0.0.1" });
  await closed(device);
});

test("who is not read is not let run on: what is on its way stays small", async () => {
  await openPort(steady({ down: 1, up: 1 }));
  const { device, served } = await join();
  served.pause();
  const content = Buffer.alloc(64 << 20, 7);
  device.write(content);
  await new Promise<void>((resolve) => {
    let before = -1;
    const look = setInterval(() => {
      if (device.bytesWritten - device.writableLength === before) {
        clearInterval(look);
        resolve();
      }
      before = device.bytesWritten - device.writableLength;
    }, 100);
  });
  expect(device.writableLength).toBeGreaterThan(0);
  device.end();
  expect((await all(served)).equals(content)).toBe(true);
});
