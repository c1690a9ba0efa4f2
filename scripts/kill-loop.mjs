import { programOf, runNode } from "./child.mjs";
import { setUp } from "./setup.mjs";

/** The long form of the kill test: `npm run kill-loop [-- COUNT]`, 200 by default, some four seconds each. */
const POLYCHRON_KILLS = process.argv[2] ?? "200";
const jest = ["--experimental-vm-modules", "--no-warnings", programOf(".", "jest", "bin/jest.js"), "tests/flow/kill"];
const isReady = await setUp({ programs: ["socat"], retry: false });
process.exitCode = isReady ? (await runNode(jest, { env: { POLYCHRON_KILLS } })).code : 1;
