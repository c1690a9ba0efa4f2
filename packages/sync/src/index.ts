export * from "./one-way.js";
export * from "./timeline.js";
export * from "./two-way.js";
