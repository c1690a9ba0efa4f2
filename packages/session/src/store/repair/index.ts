export { repairSession, type RepairOptions, type RepairReport } from "./repair-session.js";
export { KEPT_TAIL_AT_MOST_S, TAIL_AT_MOST_S, type StreamLossReport } from "./loss.js";
export { type ReadVideo, type WholeVideo } from "./matched-video.js";
export { type SetAside } from "./set-aside.js";
