export * from "./declared-losses.js";
export * from "./open-timed-session.js";
export * from "./sample-holes.js";
export * from "./survey-clock.js";
export * from "./survey-stream.js";
export * from "./table.js";
export * from "./timed-session.js";
export * from "./timed-stream.js";
