export { checkSession, type CheckOptions, type CheckReport } from "./check-session.js";
export { type Finding, type FindingCode, type Severity } from "./finding.js";
