export * from "./analog.js";
export * from "./gsr.js";
export * from "./kinematic-defaults.js";
export * from "./kinematic.js";
export * from "./registry.js";
