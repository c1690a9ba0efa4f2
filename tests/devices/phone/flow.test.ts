import { DeviceError } from "@polychron/devices";
import { phoneHello, type PhoneHello, type WireBlock } from "@polychron/protocol";
import type { SampleBlock } from "@polychron/session/model";
import fc from "fast-check";
import { Outbox } from "../../../packages/devices/src/phone/emulator/outbox.js";
import { PhoneFlow, type PhoneGap } from "../../../packages/devices/src/phone/flow.js";
import type { RefusedPlace } from "../../../packages/devices/src/phone/link.js";
import { SafeNumbers } from "../../../packages/devices/src/phone/safe-numbers.js";

function hello(bootId = "boot-1"): PhoneHello {
  return phoneHello.parse({
    ...{ protocol: "1.0", boot_id: bootId, clock: { id: bootId, quant_s: 1e-6 } },
    ...{ model: "M", app: "A", os: "O", capabilities: [] },
    streams: [
      {
        ...{ stream: "heat", nominal_rate_hz: 10 },
        channels: [{ name: "heat_celsius", unit: "°C", kind: "calibrated", description: "" }],
      },
    ],
  });
}

/** Samples whose time and value follow from their number. */
function block(firstSeq: number, count: number, skips = false): WireBlock {
  const numbers = Array.from({ length: count }, (_, row) => firstSeq + row);
  const deviceTimeS = Float64Array.from(numbers, (seq) => 100 + seq / 10);
  return { streamIndex: 0, firstSeq, skips, deviceTimeS, channels: [Float64Array.from(numbers, (seq) => seq * 3)] };
}

/** A flow with all that came out of it. */
class FlowBench {
  readonly safe = new SafeNumbers();
  readonly blocks: SampleBlock[] = [];
  readonly gaps: PhoneGap[] = [];
  backStepsTaken = 0;
  readonly missing: number[] = [];
  readonly early: SampleBlock[] = [];
  readonly flow = new PhoneFlow(this.safe, {
    onBlock: (one) => void this.blocks.push(one),
    onGap: (_fileType, gap) => void this.gaps.push(gap),
    onMissing: (_fileType, fromSeq) => void this.missing.push(fromSeq),
    onEarly: (one) => void this.early.push(one),
    onSafe: () => undefined,
    onBackStepTaken: () => void (this.backStepsTaken += 1),
  });

  constructor() {
    this.flow.greet(hello());
  }

  push(...blocks: readonly WireBlock[]): this {
    for (const one of blocks) this.flow.push("phone", one, 7);
    return this;
  }

  get seqs(): number[] {
    return this.blocks.flatMap(({ firstSeq, count }) => Array.from({ length: count }, (_, row) => firstSeq + row));
  }

  get values(): number[] {
    return this.blocks.flatMap(({ channels }) => [...channels[0]!]);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

test("of a block that is partly known only the rest is delivered", () => {
  const bench = new FlowBench().push(block(0, 10), block(4, 10), block(2, 5));
  expect(bench.seqs).toEqual(range(0, 14));
  expect(bench.values).toEqual(range(0, 14).map((seq) => seq * 3));
  expect(bench.blocks[1]!.arrivalUs).toEqual(new Float64Array(4).fill(7));
});

test("what lies before an early block is asked for once, until the stream moves", () => {
  const bench = new FlowBench().push(block(0, 5), block(10, 5), block(15, 5));
  expect(bench.missing).toEqual([5]);
  bench.push(block(5, 3), block(15, 5));
  expect(bench.missing).toEqual([5, 8]);
  expect(bench.seqs).toEqual(range(0, 8));
});

test("a block that comes before its turn is told of and not taken", () => {
  const bench = new FlowBench().push(block(0, 5), block(10, 3));
  expect(bench.early).toMatchObject([{ fileType: "heat", firstSeq: 10, count: 3 }]);
  expect(bench.seqs).toEqual(range(0, 5));
});

test("it is asked for again after fifty more early blocks, in case what was sent again never came", () => {
  const bench = new FlowBench().push(block(0, 5));
  const early = (count: number): number[] => {
    for (let sent = 0; sent < count; sent++) bench.push(block(10 + sent, 1));
    return bench.missing;
  };
  expect(early(50)).toEqual([5]);
  expect(early(1)).toEqual([5, 5]);
  expect(early(50)).toEqual([5, 5, 5]);
  bench.push(block(5, 5), block(20, 1));
  expect(bench.missing).toEqual([5, 5, 5, 10]);
});

test("after a new hello it is asked for again", () => {
  const bench = new FlowBench().push(block(0, 5), block(10, 5));
  bench.flow.greet(hello());
  expect(bench.push(block(10, 5)).missing).toEqual([5, 5]);
});

test("what the phone says it lost is a gap, and the stream goes on", () => {
  const bench = new FlowBench().push(block(0, 5), block(9, 3, true));
  expect(bench.gaps).toEqual([{ fromSeq: 5, toSeq: 9, cause: "lost_on_phone" }]);
  expect(bench.seqs).toEqual([...range(0, 5), ...range(9, 12)]);
});

test("what a phone no longer holds when the hub first meets it is no gap", () => {
  const bench = new FlowBench().push(block(500, 5, true), block(505, 5));
  expect([bench.gaps, bench.missing]).toEqual([[], []]);
  expect(bench.seqs).toEqual(range(500, 510));
});

test("another boot begins anew with other streams, the same boot goes on", () => {
  const bench = new FlowBench().push(block(0, 5));
  expect(bench.flow.greet(hello())).toBe(false);
  expect(bench.flow.nextSeq).toEqual({ heat: 5 });
  expect(bench.flow.greet(hello("boot-2"))).toBe(true);
  expect(bench.flow.nextSeq).toEqual({ heat: 0 });
  expect(bench.flow.streams.map(({ fileType, clock }) => [fileType, clock.name])).toEqual([
    ["heat", "phone_boot-2"],
    ["status", "phone_boot-2"],
  ]);
  expect(bench.push(block(0, 2)).seqs).toEqual([0, 1, 2, 3, 4, 0, 1]);
});

const twoChannels = { ...block(0, 2), channels: [new Float64Array(2), new Float64Array(2)] };
test.each([
  ["a stream that was not announced", { ...block(0, 2), streamIndex: 1 }, /no stream 1/],
  ["a wrong number of channels", twoChannels, /2 channels and heat has 1/],
  ["more samples than the limit", block(0, 4097), /4097 samples, more than 4096/],
])("a block with %s is refused with the reason, and moves nothing", (_name, bad, reason) => {
  const bench = new FlowBench().push(block(0, 5));
  const push = (): unknown => bench.push(bad);
  expect(push).toThrow(DeviceError);
  expect(push).toThrow(
    expect.objectContaining({ code: "PHONE_BLOCK_INVALID", message: expect.stringMatching(reason) as string }),
  );
  expect(bench.push(block(5, 5)).seqs).toEqual(range(0, 10));
});

test("a block whose time lies before the one before is refused once; said again it is taken, for the clock was set back", () => {
  const bench = new FlowBench().push(block(0, 5));
  const back = { ...block(5, 2), deviceTimeS: Float64Array.of(90, 90.1) };
  expect(() => bench.push(back)).toThrow(expect.objectContaining({ message: expect.stringMatching(/backwards/) }));
  expect(bench.push({ ...block(7, 1), deviceTimeS: Float64Array.of(90.2) }).missing).toEqual([5]);
  bench.push(back, { ...block(7, 1), deviceTimeS: Float64Array.of(90.2) });
  expect(bench.seqs).toEqual(range(0, 8));
  expect(() => bench.push({ ...block(8, 1), deviceTimeS: Float64Array.of(80) })).toThrow(DeviceError);
});

test("a block in which time goes backwards is refused once; said again it is taken, cut where the clock was set back", () => {
  const bench = new FlowBench().push(block(0, 5));
  const back = { ...block(5, 4), deviceTimeS: Float64Array.of(100.5, 100.6, 90, 90.1) };
  expect(() => bench.push(back)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/backwards at sample 7, from 100.6 s to 90 s/) as string,
    }),
  );
  expect([bench.seqs, bench.backStepsTaken]).toEqual([range(0, 5), 0]);
  bench.push(back, { ...block(9, 2), deviceTimeS: Float64Array.of(90.2, 90.3) });
  expect(bench.seqs).toEqual(range(0, 11));
  expect(bench.blocks.map(({ firstSeq }) => firstSeq)).toEqual([0, 5, 7, 9]);
  expect([bench.gaps, bench.backStepsTaken]).toEqual([[], 1]);
});

test("a block with a step back is the same one however it is cut when it is sent again", () => {
  const times = Float64Array.of(100.5, 100.6, 90, 90.1);
  const bench = new FlowBench().push(block(0, 5));
  expect(() => bench.push({ ...block(5, 4), deviceTimeS: times })).toThrow(DeviceError);
  bench.push({ ...block(5, 2), deviceTimeS: times.subarray(0, 2) });
  bench.push({ ...block(7, 2), deviceTimeS: times.subarray(2) });
  expect(bench.seqs).toEqual(range(0, 9));
});

test("whatever the times of a phone do, each sample is delivered once, and time goes forward in each block", () => {
  const time = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(fc.array(fc.array(time, { minLength: 1, maxLength: 8 }), { maxLength: 12 }), (all) => {
      const bench = new FlowBench();
      let made = 0;
      for (const times of all) {
        const one = { ...block(made, times.length), deviceTimeS: Float64Array.from(times) };
        made += times.length;
        sendTwice(bench, one);
      }
      expect(bench.seqs).toEqual(range(0, made));
      expect(bench.blocks.flatMap(({ deviceTimeS }) => [...deviceTimeS])).toEqual(all.flat());
      for (const { deviceTimeS } of bench.blocks)
        expect([...deviceTimeS].sort((a, b) => a - b)).toEqual([...deviceTimeS]);
    }),
  );
});

/** Sends a block, and once more if it is refused. */
function sendTwice(bench: FlowBench, one: WireBlock): void {
  try {
    bench.push(one);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DeviceError);
    bench.push(one);
  }
}

/** Where a block lies that was refused. */
function placeOf(firstSeq: number, count: number, skips = false): RefusedPlace {
  return { fileType: "heat", fromSeq: firstSeq, toSeq: firstSeq + count, skips };
}

test("a block that is refused three times is a gap with the reason, and the stream goes on behind it", () => {
  const bench = new FlowBench().push(block(0, 5));
  for (let time = 0; time < 2; time++) bench.flow.refuse(placeOf(5, 3), 9);
  bench.push(block(8, 2));
  expect([bench.seqs, bench.gaps]).toEqual([range(0, 5), []]);
  bench.flow.refuse(placeOf(5, 3), 9);
  expect(bench.gaps).toEqual([{ fromSeq: 5, toSeq: 8, cause: "blocks_refused" }]);
  expect(bench.push(block(8, 2)).seqs).toEqual([...range(0, 5), 8, 9]);
  expect(bench.flow.nextSeq).toEqual({ heat: 10 });
});

test("what was refused is asked for again by the next early block", () => {
  const bench = new FlowBench().push(block(0, 5), block(8, 1), block(9, 1));
  expect(bench.missing).toEqual([5]);
  bench.flow.refuse(placeOf(5, 3), 9);
  expect(bench.push(block(8, 1), block(9, 1)).missing).toEqual([5, 5]);
});

test("of blocks that are cut in other ways each time, no more is given up than the shortest held", () => {
  const bench = new FlowBench().push(block(0, 5));
  for (const count of [3, 30, 300]) bench.flow.refuse(placeOf(5, count), 9);
  expect(bench.gaps).toEqual([{ fromSeq: 5, toSeq: 8, cause: "blocks_refused" }]);
});

test("a refused block that nothing waits for moves nothing, however often it comes", () => {
  const bench = new FlowBench().push(block(0, 5));
  for (let time = 0; time < 9; time++) {
    bench.flow.refuse(placeOf(2, 3), 9);
    bench.flow.refuse(placeOf(6, 3), 9);
    bench.flow.refuse(placeOf(5, 0), 9);
  }
  expect(bench.push(block(5, 5)).seqs).toEqual(range(0, 10));
  expect(bench.gaps).toEqual([]);
});

test("a block that skips and is refused three times is a gap from where the stream stood", () => {
  const bench = new FlowBench().push(block(0, 5));
  for (let time = 0; time < 3; time++) bench.flow.refuse(placeOf(9, 3, true), 9);
  expect(bench.gaps).toEqual([{ fromSeq: 5, toSeq: 12, cause: "blocks_refused" }]);
  const met = new FlowBench();
  for (let time = 0; time < 3; time++) met.flow.refuse(placeOf(500, 3, true), 9);
  expect(met.gaps).toEqual([{ fromSeq: 500, toSeq: 503, cause: "blocks_refused" }]);
});

test("what was asked for twenty times and never came is a gap up to the earliest that did, and the rest is asked for", () => {
  const bench = new FlowBench().push(block(0, 5));
  for (let sent = 0; sent < 1_000; sent++) bench.push(block(10 + (sent % 40), 1));
  expect(bench.gaps).toEqual([]);
  bench.push(block(30, 1));
  expect(bench.gaps).toEqual([{ fromSeq: 5, toSeq: 10, cause: "never_sent_again" }]);
  expect(bench.missing).toEqual([...(Array(20).fill(5) as number[]), 10]);
  expect(bench.push(block(10, 40)).seqs).toEqual([...range(0, 5), ...range(10, 50)]);
});

test("while it is recorded only what is on the disk is safe, afterwards what was received", () => {
  const bench = new FlowBench().push(block(0, 10));
  expect(bench.flow.nextSeq).toEqual({ heat: 10 });
  bench.safe.setRecording(true);
  bench.push(block(10, 20));
  expect(bench.flow.nextSeq).toEqual({ heat: 10 });
  bench.safe.acknowledge("heat", 17);
  bench.safe.acknowledge("heat", 12);
  bench.safe.acknowledge("heat", 31);
  expect(bench.flow.nextSeq).toEqual({ heat: 17 });
  bench.safe.setRecording(false);
  expect(bench.flow.nextSeq).toEqual({ heat: 30 });
});

type Step =
  | { readonly do: "make" | "send"; readonly count: number }
  | { readonly do: "arrive" | "arrive late" | "arrive twice" | "break" | "store" | "record" | "stop" }
  | { readonly do: "sync"; readonly part: number };

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom("make" as const, "send" as const), count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({
      do: fc.constantFrom(
        ...(["arrive", "arrive late", "arrive twice", "break", "store", "record", "stop"] as const),
        "arrive" as const,
      ),
    }),
    fc.record({ do: fc.constant("sync" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
  { maxLength: 120 },
);

/** A phone, a network and a hub: blocks are late, doubled, lost with their connection, asked for again. */
class Network {
  readonly hub = new FlowBench();
  readonly #phone: Outbox;
  #made = 0;
  #inFlight: WireBlock[] = [];
  #asked = 0;

  constructor(keepSamples: number) {
    this.#phone = new Outbox(keepSamples);
  }

  get made(): number {
    return this.#made;
  }

  run(step: Step): void {
    if (step.do === "make") this.#make(step.count);
    if (step.do === "send") this.#send(step.count);
    if (step.do === "arrive") this.#arrive(this.#inFlight.shift());
    if (step.do === "arrive late") this.#arrive(this.#inFlight.splice(1, 1)[0]);
    if (step.do === "arrive twice") this.#arrive(this.#inFlight[0]);
    if (step.do === "break") this.#reconnect();
    if (step.do === "store") this.#phone.forget(this.hub.flow.nextSeq["heat"]!);
    if (step.do === "record" || step.do === "stop") this.hub.safe.setRecording(step.do === "record");
    if (step.do === "sync")
      this.hub.safe.acknowledge("heat", Math.floor(step.part * (1 + (this.hub.seqs.at(-1) ?? -1))));
  }

  /** The connection holds at last: everything still wanted arrives. */
  settle(): void {
    this.#reconnect();
    for (let isMoving = true; isMoving;) {
      isMoving = this.#send(5);
      this.#arrive(this.#inFlight.shift());
    }
    while (this.#inFlight.length > 0) this.#arrive(this.#inFlight.shift());
  }

  #make(count: number): void {
    this.#phone.push(block(this.#made, count));
    this.#made += count;
  }

  #send(count: number): boolean {
    const next = this.#phone.take(count);
    if (next !== undefined) this.#inFlight.push(next);
    return next !== undefined;
  }

  #arrive(one: WireBlock | undefined): void {
    if (one === undefined) return;
    this.hub.push(one);
    for (const fromSeq of this.hub.missing.slice(this.#asked)) this.#phone.rewind(fromSeq);
    this.#asked = this.hub.missing.length;
  }

  #reconnect(): void {
    this.#inFlight = [];
    this.hub.flow.greet(hello());
    this.#phone.rewind(this.hub.flow.nextSeq["heat"]!);
  }
}

test("whatever the network does, every sample is delivered once, in order, with its value", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const network = new Network(1e9);
      for (const step of all) network.run(step);
      network.settle();
      expect(network.hub.seqs).toEqual(range(0, network.made));
      expect(network.hub.values).toEqual(range(0, network.made).map((seq) => seq * 3));
      expect(network.hub.gaps).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("a phone that gives up samples says so: delivered and lost together are all there are, from the first one on", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const network = new Network(15);
      for (const step of all) network.run(step);
      network.settle();
      const { seqs, gaps } = network.hub;
      const lost = gaps.flatMap(({ fromSeq, toSeq }) => range(fromSeq, toSeq));
      const every = [...seqs, ...lost].sort((a, b) => a - b);
      expect(every).toEqual(range(seqs[0] ?? network.made, network.made));
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    }),
    { numRuns: 500 },
  );
});
