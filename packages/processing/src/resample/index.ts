export * from "./column-method.js";
export * from "./grid.js";
export * from "./low-pass.js";
export * from "./low-pass-kernel.js";
export * from "./pchip.js";
export * from "./sample-window.js";
export * from "./series-columns.js";
export * from "./stream-resampler.js";
