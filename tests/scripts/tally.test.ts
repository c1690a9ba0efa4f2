import { addUp, countJest } from "../../scripts/tally.mjs";

function report(
  numPassedTests: number,
  numFailedTests: number,
  numRuntimeErrorTestSuites = 0,
  statuses: string[] = [],
) {
  const assertionResults = statuses.map((status, at) => ({ status, fullName: `test ${at}` }));
  return { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults: [{ assertionResults }] };
}

test("passed and failed tests are those of jest's report", () => {
  expect(countJest(report(7, 2), 1)).toEqual({ passed: 7, failed: 2, skipped: [] });
});

test("a suite that could not be loaded counts as a failure", () => {
  expect(countJest(report(7, 0, 1), 1).failed).toBe(1);
});

test("a jest that ends badly without a failed test is a failure", () => {
  expect(countJest(report(7, 0), 1).failed).toBe(1);
  expect(countJest(report(7, 0), 0).failed).toBe(0);
});

test("no report is a failure", () => {
  expect(countJest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: [] });
});

test("tests that were not run are named, never counted as passed", () => {
  expect(countJest(report(1, 0, 0, ["passed", "pending", "todo"]), 0)).toEqual({
    passed: 1,
    failed: 0,
    skipped: ["test 1", "test 2"],
  });
});

test("tallies add up", () => {
  const sum = addUp([
    { passed: 1, failed: 0, skipped: ["a"] },
    { passed: 2, failed: 3, skipped: [] },
  ]);
  expect(sum).toEqual({ passed: 3, failed: 3, skipped: ["a"] });
});
