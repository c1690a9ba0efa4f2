export * from "./jobs/work-memory.js";
export * from "./lab/hub-client.js";
export * from "./lab/lab.js";
export * from "./lab/truth.js";
export * from "./program-file.js";
