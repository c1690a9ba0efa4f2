export * from "./built-in-formats.js";
export * from "./errors.js";
export type { ExportedFile } from "./export-folder.js";
export * from "./export-session.js";
export * from "./format.js";
export * from "./formats/csv.js";
export * from "./formats/mat5.js";
export * from "./names.js";
