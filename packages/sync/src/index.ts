export * from "./one-way.js";
export * from "./timeline.js";
