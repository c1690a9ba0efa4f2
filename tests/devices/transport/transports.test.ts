import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopback, PtyPort, serialError, SerialTransport } from "@polychron/devices";
import { hubUs } from "@polychron/session/model";
import { HandTime, settled } from "../hand-time.js";
import { hasSocat } from "../socat.js";
import { transportContract, type PipeUnderTest } from "./transport-contract.js";

const never = new AbortController().signal;

transportContract("loopback", () => {
  const time = new HandTime();
  const { transport, port } = loopback(time);
  const pipe = {
    transport,
    port,
    nowUs: () => time.nowUs(),
    settle: () => time.pass(1),
    dispose: () => transport.close(),
  };
  return Promise.resolve(pipe);
});

if (hasSocat()) transportContract("serial port, on a pseudo-terminal", serialPipe);
else test.skip("a transport: serial port (not run without socat)", () => undefined);

async function serialPipe(): Promise<PipeUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-serial-"));
  const clock = { nowUs: () => hubUs(Number(process.hrtime.bigint() / 1000n)) };
  const link = join(folder, "port");
  const port = await PtyPort.open({
    link,
    onFailure: (error) => {
      throw error;
    },
  });
  const transport = new SerialTransport({ address: link, clock });
  return {
    transport,
    port,
    nowUs: () => clock.nowUs(),
    settle: settled,
    dispose: async () => {
      await transport.close();
      await port.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe("loopback", () => {
  test("a second host is told that the pipe is held", async () => {
    const { transport } = loopback(new HandTime(), "pipe");
    await transport.open(never);
    await expect(transport.open(never)).rejects.toMatchObject({ code: "TRANSPORT_BUSY", params: { address: "pipe" } });
  });

  test("a cut tells the host once, with the reason, and what was under way is lost", async () => {
    const { transport, port } = loopback(new HandTime());
    const reasons: string[] = [];
    let chunks = 0;
    transport.onClosed((reason) => reasons.push(reason));
    transport.onChunk(() => (chunks += 1));
    await transport.open(never);
    port.send(Uint8Array.of(1));
    port.cut("pulled");
    await settled();
    expect([reasons, chunks]).toEqual([["pulled"], 0]);
    port.restore();
    await transport.open(never);
    await settled();
    expect(chunks).toBe(0);
  });
});

describe("what the system says of a port", () => {
  test.each([
    ["Error: No such file or directory, cannot open /dev/rfcomm9", "TRANSPORT_NOT_FOUND"],
    ["Opening COM9: File not found", "TRANSPORT_NOT_FOUND"],
    ["Error Resource temporarily unavailable Cannot lock port", "TRANSPORT_BUSY"],
    ["Opening COM5: Access denied", "TRANSPORT_BUSY"],
    ["Error: Permission denied, cannot open /dev/ttyUSB0", "TRANSPORT_NO_ACCESS"],
    ["Error: Host is down, cannot open /dev/rfcomm0", "TRANSPORT_FAILED"],
  ])("%s is %s", (text, code) => {
    const cause = new Error(text);
    const error = serialError(cause, "/dev/rfcomm9");
    expect(error).toMatchObject({ code, cause, params: { address: "/dev/rfcomm9" } });
    expect(error.remedy).not.toBe("");
  });
});

test("a serial port that is not there is told at once, without another try", async () => {
  const time = new HandTime();
  const transport = new SerialTransport({ address: "/dev/polychron-none", clock: time, timers: time });
  await expect(transport.open(never)).rejects.toMatchObject({ code: "TRANSPORT_NOT_FOUND" });
});
