/**
 * What jest's JSON report says, as counts. A suite that could not even be loaded is a failure, and so is a jest that
 * ended badly for a reason of its own.
 * @param {object | undefined} report undefined: jest left none
 * @param {number} exitCode jest's own
 */
export function countJest(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: [] };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const results = report.testResults.flatMap((suite) => suite.assertionResults);
  const skipped = results
    .filter((test) => test.status === "pending" || test.status === "todo")
    .map((test) => test.fullName);
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}

/** Several tallies as one. */
export function addUp(tallies) {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}
