import type { ErrorReport } from "@polychron/session/model";
import { fork } from "node:child_process";
import { ServiceError } from "../errors.js";
import { programFile } from "../program-file.js";
import { WORK_MEMORY_FLAGS } from "./work-memory.js";
import type { MadeItem, WorkReply, WorkRequest } from "./work-messages.js";

/**
 * Works on a session in a process of its own, so that neither the work nor its memory touches a recording; ended by the
 * signal. Throws `JOB_FAILED`.
 */
export function runWork(
  request: WorkRequest,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<readonly MadeItem[]> {
  return new Promise((resolve, reject) => {
    const child = fork(programFile("bin/work-child.mjs"), [], {
      signal,
      serialization: "json",
      execArgv: [...process.execArgv, ...WORK_MEMORY_FLAGS],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let last: ErrorReport | undefined;
    child.on("message", (reply: WorkReply) => {
      if (reply.kind === "progress") onProgress(reply.progress);
      if (reply.kind === "done") resolve(reply.made);
      if (reply.kind === "failed") last = reply.error;
    });
    child.on("error", reject);
    child.once("exit", (code) => {
      const { kind, sessionId: session } = request;
      const reason =
        last === undefined ? "the process ended without an answer" : `${last.code}: ${last.message} ${last.remedy}`;
      reject(new ServiceError("JOB_FAILED", { kind, session, exitCode: code ?? -1, reason }));
    });
    child.send(request);
  });
}
