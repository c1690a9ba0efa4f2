import fc from "fast-check";
import { columnNames, isMatlabName, MATLAB_NAME_MAX, matlabNames } from "@polychron/export";

const hostile = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.constantFrom(
    "end",
    "for",
    "1st",
    "",
    "_x",
    "a-b",
    "a_b",
    "a b",
    "gsr_uS",
    "gsr_µS",
    "x".repeat(70),
    "x".repeat(71),
  ),
);
const names = fc.array(hostile, { maxLength: 30 });

test("every name is legal in MATLAB, and no two are alike", () => {
  fc.assert(
    fc.property(names, (wanted) => {
      const made = matlabNames(wanted);
      for (const name of made) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
      expect(made.every(isMatlabName)).toBe(true);
      expect(new Set(made).size).toBe(wanted.length);
    }),
  );
});

test("a name that is legal and free stays as it is", () => {
  fc.assert(
    fc.property(names, (wanted) => {
      const made = matlabNames(wanted);
      wanted.forEach((name, i) => {
        if (isMatlabName(name) && wanted.indexOf(name) === i) expect(made[i]).toBe(name);
      });
    }),
  );
});

test("the order of distinct names is no matter", () => {
  fc.assert(
    fc.property(fc.uniqueArray(hostile, { maxLength: 30 }), (wanted) => {
      const forward = new Map(matlabNames(wanted).map((name, i) => [wanted[i], name]));
      const backward = matlabNames([...wanted].reverse());
      [...wanted].reverse().forEach((name, i) => expect(backward[i]).toBe(forward.get(name)));
    }),
  );
});

test("keywords, digits at the start, other characters and long names are repaired", () => {
  expect(matlabNames(["end", "2nd", "a b", "temp_°C", "gsr_µS"])).toEqual(["xend", "x2nd", "a_b", "temp__C", "gsr_uS"]);
  expect(matlabNames(["y".repeat(80)])).toEqual(["y".repeat(MATLAB_NAME_MAX)]);
});

test("colliding names get a number, within the length that MATLAB allows", () => {
  expect(matlabNames(["a b", "a-b", "a_b"])).toEqual(["a_b_2", "a_b_3", "a_b"]);
  const long = "z".repeat(63);
  expect(matlabNames([long, `${long}1`])).toEqual([long, `${"z".repeat(61)}_2`]);
});

test("reserved names are left free", () => {
  expect(matlabNames(["session", "markers"], ["session", "markers"])).toEqual(["session_2", "markers_2"]);
});

test("names of CSV columns are only made distinct", () => {
  expect(columnNames(["a_b_c", "a_b_c", "end"], ["t_s"])).toEqual(["a_b_c", "a_b_c_2", "end"]);
});
