/** Lets a child process of a test run the project's sources: `node --conditions=source --import ./tests/support/typescript.mjs child.ts`. */
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
