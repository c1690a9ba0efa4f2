import { chromium } from "playwright-core";
import { findProgram, SYSTEM_PROGRAMS } from "./system-programs.mjs";

/** The system's Chromium, or the one that `CHROMIUM` names; undefined where there is none. */
export function chromiumPath(env = process.env) {
  return env.CHROMIUM ?? SYSTEM_PROGRAMS.chromium.names.map((name) => findProgram(name)).find(Boolean);
}

/** A browser without a window. Its own sandbox needs rights that containers do not give. */
export function launchChromium() {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
}
