export * from "./cues/index.js";
export * from "./errors.js";
export * from "./quality/index.js";
export * from "./resample/index.js";
export * from "./synchronize/index.js";
