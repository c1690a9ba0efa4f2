export * from "./block.js";
export * from "./catalogue.js";
export * from "./events.js";
export * from "./held-file.js";
export * from "./limits.js";
export * from "./messages.js";
export * from "./pairing.js";
export * from "./reference.js";
