export * from "./open-timed-session.js";
export * from "./survey.js";
export * from "./table.js";
export * from "./timed-session.js";
