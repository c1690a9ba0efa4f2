import { withCrc, type CrcBytes } from "@polychron/devices";
import fc from "fast-check";
import { Framer } from "../../../packages/devices/src/shimmer/framer.js";
import type { Awaited } from "../../../packages/devices/src/shimmer/replies.js";
import { TickLine } from "../../../packages/devices/src/shimmer/ticks.js";
import { bytesOf, hexOf } from "../bytes.js";

const STEP_TICKS = 640;
const PACKET_BYTES = 8;

const MIXED =
  "FF 00 80 02 00 D0 07 40 46 00 00 05 00 D1 07 41 46 FF 8A 71 36 00 80 07 00 D2 07 42 46 FF 8A 94 2E 0B FF 00 00 0A 00 D3 07 43 46 FF";
const ONE_LOST =
  "00 80 02 00 D0 07 40 46 00 00 05 00 07 41 46 00 80 07 00 D2 07 42 46 00 00 0A 00 D3 07 43 46 00 80 0C 00 D4 07 44 46";

/** A framer of GSR and PPG packets at 51.2 Hz, and what it found, in order. */
class Found {
  readonly events: string[] = [];
  readonly packets: string[] = [];
  readonly framer: Framer;
  readonly #line = new TickLine({ stepTicks: STEP_TICKS, toleranceTicks: 4, counterBits: 24 });

  constructor(crcBytes: CrcBytes = 0, awaited: Awaited = "nothing") {
    this.framer = new Framer({
      onPacket: (bytes, at) => {
        this.events.push(`packet ${this.#line.ticks}`);
        this.packets.push(hexOf(bytes.subarray(at, at + PACKET_BYTES)));
      },
      onControl: (control) => {
        if (control.kind === "ack") this.events.push("ack");
        if (control.kind === "reply") this.events.push(`${control.opcode.toString(16)}: ${hexOf(control.payload)}`);
        this.framer.awaited = awaited;
      },
    });
    this.framer.reset({ packetBytes: PACKET_BYTES, tickBytes: 3, line: this.#line });
    this.framer.crcBytes = crcBytes;
    this.framer.awaited = awaited;
  }

  feed(...chunks: readonly Uint8Array[]): this {
    for (const chunk of chunks) this.framer.push(chunk, 0);
    this.framer.flush(0);
    return this;
  }
}

/** Packets at a constant period with changing channels. */
function packets(count: number, firstTicks = STEP_TICKS): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const ticks = (firstTicks + at * STEP_TICKS) % 2 ** 24;
    return Uint8Array.of(
      0,
      ticks & 0xff,
      (ticks >> 8) & 0xff,
      ticks >> 16,
      (at * 37) & 0xff,
      at & 0x0f,
      (at * 91) & 0xff,
      0x46,
    );
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The bytes cut before each of these places. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const bounds = [0, ...[...new Set(places)].sort((a, b) => a - b), bytes.length];
  return bounds.slice(1).map((to, at) => bytes.subarray(bounds[at], to));
}

const MIXED_EVENTS = [
  "ack",
  "packet 640",
  "packet 1280",
  "71: 36",
  "packet 1920",
  "94: 2E 0B FF",
  "packet 2560",
  "ack",
];

describe("stream 55: packets, confirmations and answers mixed", () => {
  const bytes = bytesOf(MIXED);

  test("in one chunk", () => {
    expect(new Found(0, "ack").feed(bytes).events).toEqual(MIXED_EVENTS);
  });

  test("cut at every byte", () => {
    for (let place = 1; place < bytes.length; place++) {
      expect([place, new Found(0, "ack").feed(...cutAt(bytes, [place])).events]).toEqual([place, MIXED_EVENTS]);
    }
  });

  test("in single bytes", () => {
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(new Found(0, "ack").feed(...single).events).toEqual(MIXED_EVENTS);
  });

  test("in any chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (places) => {
        expect(new Found(0, "ack").feed(...cutAt(bytes, places)).events).toEqual(MIXED_EVENTS);
      }),
    );
  });
});

describe("stream 56: one byte of a packet is lost", () => {
  test.each([1, 2, 5, 8, 64])("in chunks of %i bytes", (size) => {
    const bytes = bytesOf(ONE_LOST);
    const places = Array.from({ length: bytes.length }, (_, at) => at).filter((at) => at % size === 0);
    const found = new Found().feed(...cutAt(bytes, places));
    expect(found.events).toEqual(["packet 640", "packet 1920", "packet 2560", "packet 3200"]);
    expect(found.framer.discardedBytes).toBe(7);
  });
});

describe.each<[string, CrcBytes]>([
  ["without checksums", 0],
  ["with one byte of checksum", 1],
  ["with two bytes of checksum", 2],
])("%s", (_name, crcBytes) => {
  const sent = packets(60);
  const wire = sent.map((packet) => withCrc(packet, crcBytes));
  const whole = sent.map((packet) => hexOf(packet));

  test("any split gives every packet once", () => {
    const bytes = joined(wire);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 80 }), (places) => {
        const found = new Found(crcBytes).feed(...cutAt(bytes, places));
        expect(found.packets).toEqual(whole);
        expect(found.framer.discardedBytes).toBe(0);
      }),
    );
  });

  test("text before the first packet is thrown away and counted", () => {
    const junk = new TextEncoder().encode("%CONNECT,0006667D3A5F,0%");
    const found = new Found(crcBytes).feed(junk, ...wire);
    expect(found.packets).toEqual(whole);
    expect(found.framer.discardedBytes).toBe(junk.length);
  });

  test("a stream that begins in the middle of a packet loses that packet alone", () => {
    for (let from = 1; from < wire[0]!.length; from++) {
      const found = new Found(crcBytes).feed(joined(wire).subarray(from));
      expect([from, found.packets]).toEqual([from, whole.slice(1)]);
    }
  });

  test("a truncated end is no packet", () => {
    const bytes = joined(wire);
    const found = new Found(crcBytes).feed(bytes.subarray(0, bytes.length - 1));
    expect(found.packets).toEqual(whole.slice(0, -1));
  });

  test("after a hole longer than 200 periods the stream is found again", () => {
    const later = packets(10, STEP_TICKS * 5_000 + 17).map((packet) => withCrc(packet, crcBytes));
    const found = new Found(crcBytes).feed(joined(wire.slice(0, 20)), joined(wire.slice(20, 40)));
    found.feed(joined(later));
    expect(found.packets.length).toBe(50);
  });

  test("one lost byte in the channels costs that packet alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 57 }), fc.integer({ min: 4, max: 7 }), (packet, place) => {
        const damaged = wire.map((bytes, at) => (at === packet ? bytes.filter((_, byte) => byte !== place) : bytes));
        const found = new Found(crcBytes).feed(joined(damaged));
        expect(found.packets).toEqual(whole.filter((_, at) => at !== packet));
        expect(found.framer.discardedBytes).toBe(PACKET_BYTES + crcBytes - 1);
      }),
    );
  });

  test("one lost byte anywhere costs two packets at most and stores none that was not sent", () => {
    const bytes = joined(wire);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (place) => {
        const found = new Found(crcBytes).feed(bytes.filter((_, at) => at !== place));
        expect(found.packets.filter((packet) => !whole.includes(packet))).toEqual([]);
        expect(found.packets.length).toBeGreaterThanOrEqual(whole.length - 2);
      }),
    );
  });
});

describe("with two bytes of checksum", () => {
  const sent = packets(40);
  const whole = new Set(sent.map((packet) => hexOf(packet)));
  const bytes = joined(sent.map((packet) => withCrc(packet, 2)));

  test("no damaged packet is taken for a good one, whatever is lost, turned over or put in between", () => {
    const damage = fc.record({
      at: fc.nat(bytes.length - 1),
      lost: fc.nat(30),
      mask: fc.nat(255),
      foreign: fc.uint8Array({ maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const wire = [...bytes];
        for (const { at, lost, mask, foreign } of damages) {
          const place = at % wire.length;
          wire[place]! ^= mask;
          wire.splice(place, lost, ...foreign);
        }
        const found = new Found(2).feed(Uint8Array.from(wire));
        expect(found.packets.filter((packet) => !whole.has(packet))).toEqual([]);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test("a flipped bit is a wrong checksum, counted once, and costs one packet", () => {
    const flipped = Uint8Array.from(bytes);
    flipped[10 * 5 + 6]! ^= 0x10;
    const found = new Found(2).feed(flipped);
    expect(found.packets.length).toBe(39);
    expect(found.framer.badChecksums).toBe(1);
    expect(found.framer.discardedBytes).toBe(10);
  });

  test("an answer with a wrong checksum is no answer", () => {
    const status = withCrc(bytesOf("FF 8A 71 36"), 2);
    expect(new Found(2).feed(status).events).toEqual(["71: 36"]);
    status[5]! ^= 1;
    expect(new Found(2).feed(status).events).toEqual([]);
  });

  test("a status of two bytes, as a 3R sends it, is told by its checksum", () => {
    const found = new Found(2).feed(withCrc(bytesOf("8A 71 36 01"), 2), ...sent.map((packet) => withCrc(packet, 2)));
    expect(found.events[0]).toBe("71: 36 01");
    expect(found.packets.length).toBe(40);
  });
});

test("a packet without checksum waits for its successor, and for a flush at the end", () => {
  const found = new Found();
  found.framer.push(packets(1)[0]!, 0);
  expect(found.packets).toEqual([]);
  expect(found.framer.isHolding).toBe(true);
  found.framer.flush(1);
  expect(found.packets.length).toBe(1);
  expect(found.framer.isHolding).toBe(false);
});

test("a chunk larger than the buffer loses nothing", () => {
  const sent = packets(5_000);
  const found = new Found().feed(joined(sent));
  expect(found.packets).toEqual(sent.map((packet) => hexOf(packet)));
});
