import { spawn } from "node:child_process";
import type { Surroundings } from "./surroundings.js";

/** How each system opens an address; without a shell, so that the address is never read as a command. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens the page in the person's browser; where there is none, the address that was printed is enough. */
export function openBrowser(url: string, surroundings: Surroundings): void {
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program!, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => surroundings.err(`No browser could be opened; open ${url} yourself.`));
  child.unref();
}
