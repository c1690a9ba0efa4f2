import { loopback, RecordingTransport, ShimmerDriver, TapeTransport, type DriverNotice } from "@polychron/devices";
import type { SampleBlock } from "@polychron/session/model";
import fc from "fast-check";
import { decodeTape, encodeTapeEntry, type TapeEntry } from "../../../packages/devices/src/transport/tape.js";
import { ShimmerEmulator } from "../../../packages/devices/src/shimmer/emulator.js";
import { bytesOf, hexOf } from "../bytes.js";
import { HandTime } from "../hand-time.js";

const never = new AbortController().signal;

function tapeOf(...entries: readonly TapeEntry[]): Uint8Array {
  return Uint8Array.from(entries.flatMap((entry) => [...encodeTapeEntry(entry)]));
}

const entry = (kind: TapeEntry["kind"], atUs: number, hex: string): TapeEntry => ({ kind, atUs, bytes: bytesOf(hex) });

test("entries come back as they were", () => {
  const any = fc.record({
    kind: fc.constantFrom<TapeEntry["kind"]>("in", "out", "closed"),
    atUs: fc.double({ noNaN: true }),
    bytes: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(fc.property(fc.array(any), (entries) => expect(decodeTape(tapeOf(...entries))).toEqual(entries)));
});

test("a tape cut anywhere inside an entry says where it can be read up to", () => {
  const tape = tapeOf(entry("in", 1, "01 02"), entry("in", 2, "03 04"));
  const second = tape.length / 2;
  for (let length = second + 1; length < tape.length; length++) {
    const decode = (): unknown => decodeTape(tape.subarray(0, length));
    expect(decode).toThrow(
      expect.objectContaining({ code: "TAPE_INVALID", params: expect.objectContaining({ atByte: second }) as object }),
    );
  }
});

test("what is no tape is refused", () => {
  expect(() => decodeTape(bytesOf("09 00 00 00 00 00 00 00 00 00 00 00 00"))).toThrow(
    expect.objectContaining({ code: "TAPE_INVALID" }),
  );
});

test("bytes that answered a command wait for a command, and come as late as they came then", async () => {
  const time = new HandTime();
  const tape = tapeOf(entry("out", 1_000_000, "3F"), entry("in", 1_020_000, "FF 25 03"), entry("in", 1_030_000, "AA"));
  const transport = new TapeTransport(tape, time, time);
  const heard: string[] = [];
  transport.onChunk((bytes, atUs) => heard.push(`${hexOf(bytes)} at ${atUs}`));
  await transport.open(never);
  await time.pass(5_000);
  expect(heard).toEqual([]);
  const writtenUs = time.nowUs();
  await transport.write(bytesOf("3F"));
  await time.pass(19);
  expect(heard).toEqual([]);
  await time.pass(11);
  expect(heard).toEqual([`FF 25 03 at ${writtenUs + 20_000}`, `AA at ${writtenUs + 30_000}`]);
});

test("the end of the pipe is played too", async () => {
  const time = new HandTime();
  const reason = new TextEncoder().encode("out of range");
  const transport = new TapeTransport(tapeOf({ kind: "closed", atUs: 5, bytes: reason }), time, time);
  const reasons: string[] = [];
  transport.onClosed((text) => reasons.push(text));
  await transport.open(never);
  await time.pass(1);
  expect(reasons).toEqual(["out of range"]);
  await expect(transport.write(bytesOf("01"))).rejects.toMatchObject({ code: "TRANSPORT_CLOSED" });
  await expect(transport.open(never)).rejects.toMatchObject({ code: "TRANSPORT_NOT_FOUND" });
});

test("a taped recording of a Shimmer gives the very same samples when it is played", async () => {
  const taped: number[] = [];
  const live = await record((time) => {
    const { transport, port } = loopback(time);
    new ShimmerEmulator(port, { clock: time, timers: time, seed: 3 });
    return new RecordingTransport(transport, time, (bytes) => taped.push(...bytes));
  });
  const played = await record((time) => new TapeTransport(Uint8Array.from(taped), time, time));
  expect(live.length).toBeGreaterThan(200);
  expect(played).toEqual(live);
});

/** Two seconds of a Shimmer at the end of this transport: device time and values of every sample. */
async function record(pipe: (time: HandTime) => RecordingTransport | TapeTransport): Promise<number[][]> {
  const time = new HandTime();
  const samples: number[][] = [];
  const onBlock = ({ count, deviceTimeS, channels }: SampleBlock): void => {
    for (let row = 0; row < count; row++) samples.push([deviceTimeS[row]!, ...channels.map((column) => column[row]!)]);
  };
  const faults: DriverNotice[] = [];
  const onNotice = (notice: DriverNotice): void => void (notice.kind === "fault" && faults.push(notice));
  // The clock is asked at the same moments in both: a tape holds the answers to what was asked then.
  const ports = { address: "pipe", clock: time, timers: time, simulated: true, random: () => 0.1 };
  const driver = new ShimmerDriver({ transport: pipe(time), sink: { onBlock, onNotice }, ...ports });
  const done = (async () => {
    await driver.connect(never);
    await driver.arm(never);
  })();
  await time.pass(5_000);
  await done;
  const stopped = driver.disarm(never);
  await time.pass(1_000);
  await stopped;
  await driver.close();
  expect(faults).toEqual([]);
  return samples;
}
