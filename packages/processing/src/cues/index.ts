export * from "./find-cues.js";
