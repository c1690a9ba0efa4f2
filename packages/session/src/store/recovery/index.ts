export {
  continueInterrupted,
  discardSession,
  endInterrupted,
  type ContinuedSession,
  type DiscardOptions,
} from "./choose.js";
export {
  recoverSessions,
  recoveryExitCode,
  type InterruptedSession,
  type RearmDevice,
  type RecoveryOptions,
  type RecoveryScan,
} from "./recover-sessions.js";
