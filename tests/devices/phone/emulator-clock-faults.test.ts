import { DeviceError, parsePhoneFault, type TruePhoneClock } from "@polychron/devices";
import { PhoneBench } from "./phone-bench.js";

const clockOf = (bench: PhoneBench): TruePhoneClock[] =>
  bench.truth.flatMap((truth) => ("clock" in truth ? [truth.clock] : []));

/** Between each sample of a stream and the next, seconds. */
function stepsS(bench: PhoneBench, stream: string): number[] {
  const times = bench.made(stream).map(([, , timeS]) => timeS as number);
  return times.slice(1).map((timeS, index) => timeS - times[index]!);
}

test("a phone writes down how its clock stands against the computer's, once a second", async () => {
  const bench = await new PhoneBench().arm();
  await bench.time.pass(5_000);
  const readings = clockOf(bench);
  expect(readings.length).toBeGreaterThanOrEqual(5);
  const [first, last] = [readings[0]!, readings.at(-1)!];
  const elapsedS = (last.hubUs - first.hubUs) / 1e6;
  expect(1e6 * ((last.deviceTimeS - first.deviceTimeS) / elapsedS - 1)).toBeCloseTo(40, 0);
  await bench.close();
});

test("a sleeping phone says nothing; awake it hands over all that its sensors made meanwhile", async () => {
  const bench = await new PhoneBench({ faults: ["sleep@1:3"] }).arm();
  await bench.time.pass(1_500);
  const before = bench.delivered("imu").length;
  await bench.time.pass(2_000);
  expect(bench.delivered("imu")).toHaveLength(before);
  await bench.time.pass(2_000);
  expect(bench.delivered("imu").length).toBeGreaterThan(before + 300);
  expect(bench.delivered("imu")).toEqual(bench.made("imu").slice(0, bench.delivered("imu").length));
  await bench.close();
});

test.each([0.004, 0.5, 3_600, -0.004])(
  "a clock that leaps by %d s does so once, and the samples keep their pace",
  async (byS) => {
    const bench = await new PhoneBench({ faults: [`clock-step@1:${byS}`] }).arm();
    await bench.time.pass(3_000);
    const odd = stepsS(bench, "imu").filter((stepS) => Math.abs(stepS - 0.01) > 1e-4);
    expect(odd).toEqual([expect.closeTo(0.01 + byS, 5)]);
    const readings = clockOf(bench);
    const leap = readings.findIndex(({ leaps }) => leaps === 1);
    const [before, after] = [readings[leap - 1]!, readings[leap]!];
    expect(after.hubUs).toBe(before.hubUs);
    expect(after.deviceTimeS - before.deviceTimeS).toBeCloseTo(byS, 6);
    await bench.close();
  },
);

test("a clock set back while the phone sleeps loses no sample: the phone cuts what it kept at the step", async () => {
  const bench = await new PhoneBench({ faults: ["sleep@1:3", "clock-step@2:-1.5"] }).arm();
  await bench.time.pass(8_000);
  const delivered = bench.delivered("imu");
  expect(delivered.length).toBeGreaterThan(750);
  expect(delivered).toEqual(bench.made("imu").slice(0, delivered.length));
  const refused = bench.notices.filter(({ kind }) => kind === "refused");
  expect(refused).toHaveLength(2); // the one step, once in each of its streams
  const over = bench.notices.filter((notice) => notice.kind === "fault_over");
  expect(over.map(({ code }) => code)).toEqual(["PHONE_BLOCK_INVALID", "PHONE_BLOCK_INVALID"]);
  await bench.close();
});

test("a leap may run back, a time that something lasts may not", () => {
  expect(parsePhoneFault("clock-step@2:-12.3")).toMatchObject({ kind: "clock-step", atS: 2, durationS: -12.3 });
  for (const text of ["sleep@2:-1", "vanish@1:-2", "low-battery@1:-1"])
    expect(() => parsePhoneFault(text)).toThrow(DeviceError);
});
