import { execFileSync } from "node:child_process";

/** Whether this machine can make pseudo-terminals; what needs them is named as not run where it cannot. */
export function hasSocat(): boolean {
  try {
    execFileSync("socat", ["-V"], { stdio: "ignore" });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw thrown;
  }
}
