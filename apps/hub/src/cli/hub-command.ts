import type { Command } from "commander";
import { SETTING_NAMES } from "../settings.js";
import { EXIT, type SetExit } from "./exit-code.js";
import { openBrowser } from "./open-browser.js";
import { addSettings, configOf } from "./setting-options.js";
import { aborted, type Surroundings } from "./surroundings.js";

const STOP_LIMIT_MS = 5_000;

/** `polychron hub`: runs until it is told to stop. */
export function addHubCommand(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = program.command("hub").description("run the hub: find devices, record, serve the page");
  addSettings(command, SETTING_NAMES).action(async () => {
    const config = configOf(command, SETTING_NAMES, surroundings);
    const { startHub } = await import("../main.js"); // the server's modules load for this command alone
    const hub = await startHub(config);
    surroundings.out(`Polychron is at ${hub.url}\nRecordings go to ${config.recordings}\nStop with Ctrl-C.`);
    if (config.open) openBrowser(hub.url, surroundings);
    await aborted(surroundings.stopSignal());
    if (await endsInTime(hub.stop())) return setExit(EXIT.good);
    surroundings.err(
      `The hub could not close everything within ${STOP_LIMIT_MS / 1000} s; what was acknowledged is on disk.`,
    );
    process.exit(EXIT.failed); // something still holds the process open
  });
}

/** False if the work outlasts what a stopping system grants. */
async function endsInTime(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), STOP_LIMIT_MS)));
  const inTime = await Promise.race([work.then(() => true as const), tooLate]);
  clearTimeout(timer);
  return inTime;
}
