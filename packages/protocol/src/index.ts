export * from "./commands.js";
export * from "./events.js";
export * from "./limits.js";
export * from "./phases.js";
export * from "./plain-reason.js";
export * from "./snapshot.js";
export * from "./phone/index.js";
