import { Burst, LiveClock } from "@polychron/sync";
import { ClockModel, DelayModel, probeSession, stream, type LinkName } from "@polychron/sync/link-model";

function session(name: LinkName, seed: number) {
  const clock = new ClockModel("phone", seed);
  const link = new DelayModel(name, seed);
  return { clock, link, bursts: probeSession({ seed, clock, link }) };
}

test("the generator of random numbers gives the reference's own", () => {
  const draw = stream(1, 5);
  expect([draw(), draw(), draw(), draw()].map((value) => value.toFixed(12))).toEqual([
    "0.798424273264",
    "0.642631293274",
    "0.928607979324",
    "0.796341499547",
  ]);
});

test.each<[LinkName, readonly string[]]>([
  ["wifi-quiet", ["0.050018939", "3828.296226884", "3828.296315627", "0.052992063"]],
  ["wifi-psm", ["0.050018939", "3828.320703960", "3828.320792703", "0.077468676"]],
])("the first exchange over %s is the reference's", (name, row) => {
  const { bursts } = session(name, 1);
  const { t1S, t2S, t3S, t4S } = bursts[0]![0]!;
  expect([t1S, t2S, t3S, t4S].map((value) => value.toFixed(9))).toEqual(row);
  expect(bursts.flat()).toHaveLength(5888);
});

test("the clock and the split of the way are the reference's", () => {
  const { clock, link } = session("wifi-quiet", 1);
  expect(clock.thetaS(1799).toFixed(9)).toBe("3828.280486778");
  expect(link.asymmetry.toFixed(6)).toBe("-0.106030");
});

test.each<[LinkName, readonly string[]]>([
  ["wifi-quiet", ["3828.280407233", "0.000560357", "0.000948645"]],
  ["wifi-busy", ["3828.280410809", "0.000718604", "0.001161396"]],
  ["wifi-psm", ["3828.280406966", "0.000576543", "0.000961357"]],
])("live over %s the estimate and both bounds are the reference's", (name, wanted) => {
  const clock = new LiveClock();
  const burst = new Burst();
  for (const exchanges of session(name, 1).bursts) {
    burst.clear();
    for (const { t1S, t2S, t3S, t4S } of exchanges) burst.add(t1S, t2S, t3S, t4S, 0);
    if (burst.endS <= 1799) clock.push(burst);
  }
  const { thetaS, bound99S, hardS } = clock.estimate(1799)!;
  expect([thetaS, bound99S, hardS].map((value) => value.toFixed(9))).toEqual(wanted);
});
