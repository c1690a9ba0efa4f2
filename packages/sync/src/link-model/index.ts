export * from "./clock-model.js";
export * from "./delay-model.js";
export * from "./links.js";
export * from "./one-way-link.js";
export * from "./probe-session.js";
export * from "./probed-run.js";
export * from "./random.js";
export * from "./tally.js";
