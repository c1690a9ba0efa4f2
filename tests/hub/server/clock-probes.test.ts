import type { ProbeReply } from "@polychron/protocol";
import { ClockProbes } from "../../../apps/hub/src/server/clock-probes.js";
import { HandTime } from "../../devices/hand-time.js";

interface Outcome {
  readonly reply: ProbeReply | undefined;
  readonly t1Us: number;
  readonly atUs: number;
}

function begin(isWanted = (): boolean => true): {
  time: HandTime;
  probes: ClockProbes;
  sent: { id: number; atUs: number }[];
  outcomes: Outcome[];
} {
  const time = new HandTime();
  const sent: { id: number; atUs: number }[] = [];
  const outcomes: Outcome[] = [];
  const probes = new ClockProbes({
    ...{ clock: time, timers: time, isWanted },
    send: ({ id }) => {
      sent.push({ id, atUs: time.nowUs() });
      return time.nowUs();
    },
    onProbe: (reply, t1Us, atUs) => outcomes.push({ reply, t1Us, atUs }),
  });
  probes.start();
  return { time, probes, sent, outcomes };
}

const reply = (id: number): ProbeReply => ({ id, t2_s: 1, t3_s: 2, clock_id: "a", pad: "" });

/** How long each burst is, and when it begins, in milliseconds after the first. */
function bursts(sent: readonly { atUs: number }[]): [number, number][] {
  const starts = sent.filter(({ atUs }, index) => index === 0 || atUs - sent[index - 1]!.atUs > 25_000);
  return starts.map(({ atUs }, n) => {
    const endUs = starts[n + 1]?.atUs ?? Number.POSITIVE_INFINITY;
    return [(atUs - sent[0]!.atUs) / 1000, sent.filter((one) => one.atUs >= atUs && one.atUs < endUs).length];
  });
}

test("a clock is asked in bursts: often at first, then every 2.5 s", async () => {
  const { time, probes, sent } = begin();
  await time.pass(20_300);
  probes.stop();
  const quick = [0, 300, 600, 900, 1_200, 1_500].map((at) => [at, 12]);
  const settling = Array.from({ length: 14 }, (_, n) => [1_800 + 1_000 * n, 8]);
  expect(bursts(sent)).toEqual([...quick, ...settling, [15_800, 8], [18_300, 8]]);
  expect(sent.map(({ id }) => id)).toEqual(sent.map((_, index) => index));
});

test("an answer is paired with the time at which its question left", async () => {
  const { time, probes, sent, outcomes } = begin();
  await time.pass(4);
  probes.answered(reply(0), time.nowUs());
  expect(outcomes).toEqual([{ reply: reply(0), t1Us: sent[0]!.atUs, atUs: sent[0]!.atUs + 4_000 }]);
  probes.stop();
});

test("an answer that comes twice, too late, or to nothing is nothing", async () => {
  const { time, probes, outcomes } = begin();
  probes.answered(reply(0), time.nowUs());
  probes.answered(reply(0), time.nowUs());
  probes.answered(reply(999), time.nowUs());
  expect(outcomes).toHaveLength(1);
  await time.pass(1_200);
  expect(outcomes.filter(({ reply }) => reply === undefined)).toHaveLength(11);
  probes.answered(reply(1), time.nowUs());
  expect(outcomes).toHaveLength(12);
  probes.stop();
});

test("what is unanswered at the end is given up, and nothing more is asked", async () => {
  const { time, probes, sent, outcomes } = begin();
  await time.pass(100);
  probes.stop();
  expect(outcomes.map(({ reply }) => reply)).toEqual(sent.map(() => undefined));
  const count = sent.length;
  await time.pass(60_000);
  expect(sent).toHaveLength(count);
});

test("nobody is asked while the phone is not here", async () => {
  let isHere = false;
  const { time, probes, sent } = begin(() => isHere);
  await time.pass(10_000);
  expect(sent).toEqual([]);
  isHere = true;
  await time.pass(1_000);
  expect(sent).toHaveLength(8);
  probes.stop();
});
