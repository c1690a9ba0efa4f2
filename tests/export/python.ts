import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The Python of the system, which has SciPy and pandas where they are installed; `PYTHON` names another. */
export const PYTHON = process.env["PYTHON"] ?? (existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3");

/** Whether Python has these modules. */
export function pythonHas(...modules: readonly string[]): boolean {
  return spawnSync(PYTHON, ["-c", `import ${modules.join(", ")}`]).status === 0;
}

/** Runs a script with arguments and reads what it prints as JSON. */
export function runPython(script: string, ...args: readonly string[]): unknown {
  return JSON.parse(execFileSync(PYTHON, ["-c", script, ...args], { encoding: "utf8", maxBuffer: 1 << 26 }));
}

/** `test` where Python has the modules; elsewhere a skipped test whose name says what is missing. */
export function testWithPython(modules: readonly string[], name: string, run: () => Promise<void>): void {
  if (pythonHas(...modules)) test(name, run);
  else test.skip(`${name} (not run: Python lacks ${modules.join(", ")})`, run);
}

/** Doubles as 16 hex digits each, so that a comparison sees every bit. */
export function bitsOf(values: Iterable<number>): string[] {
  const view = new DataView(new ArrayBuffer(8));
  return Array.from(values, (value) => {
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString(16).padStart(16, "0");
  });
}

/** The same in Python: a function `bits(values)` over anything NumPy takes. */
export const PYTHON_BITS = `
import numpy as np
def bits(values):
    return [format(int(v), "016x") for v in np.atleast_1d(np.asarray(values, dtype=np.float64)).reshape(-1).view(np.uint64)]
`;
