export * from "./one-way.js";
export * from "./timeline.js";
export * from "./two-way.js";
export * from "./probes/burst.js";
export * from "./probes/live-clock.js";
export * from "./probes/probe-fit.js";
