import { hubUs, readTogether } from "@polychron/session/model";

/** A clock that shows these microseconds one after the other, then the last for ever. */
function clockOf(...shownUs: number[]) {
  return { nowUs: () => hubUs(shownUs.length > 1 ? shownUs.shift()! : shownUs[0]!) };
}

test("a value gets the middle of the moment in which it was read", () => {
  expect(readTogether(clockOf(1_000, 1_400), () => "noon")).toEqual({ atUs: 1_200, value: "noon" });
});

test("what was read while the processor was taken away is read again", () => {
  const values = ["early", "late"];
  const read = readTogether(clockOf(1_000, 201_000, 201_010, 201_030), () => values.shift()!);
  expect(read).toEqual({ atUs: 201_020, value: "late" });
});

test("a computer that never lets both be read at once still gets an answer, after five tries", () => {
  let nowUs = 0;
  let reads = 0;
  readTogether({ nowUs: () => hubUs((nowUs += 50_000)) }, () => (reads += 1));
  expect(reads).toBe(5);
});
