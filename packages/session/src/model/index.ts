export * from "./errors.js";
export * from "./event.js";
export * from "./machine.js";
export * from "./marker.js";
export * from "./ring.js";
export * from "./session-error.js";
export * from "./stream.js";
export * from "./time.js";
