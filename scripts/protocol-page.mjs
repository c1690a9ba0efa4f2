import { readFileSync, writeFileSync } from "node:fs";
import { fillProtocolPage } from "../packages/protocol/dist/index.js";
import { ROOT } from "./child.mjs";

/** Writes the generated parts of docs/protocol.md anew, from the schemas as they were built (`npm run build`). */
const PAGE = `${ROOT}docs/protocol.md`;
writeFileSync(PAGE, fillProtocolPage(readFileSync(PAGE, "utf8")));
