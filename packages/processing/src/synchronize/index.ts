export * from "./derived-files.js";
export * from "./synchronize-session.js";
