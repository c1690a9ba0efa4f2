import type { ExportResult } from "@polychron/export";
import type { ErrorReport } from "@polychron/session/model";
import { fork } from "node:child_process";
import { ServiceError } from "../errors.js";
import { programFile } from "../program-file.js";
import type { ExportReply, ExportRequest } from "./export-messages.js";

/**
 * Exports in a process of its own, so that neither its work nor its memory touches a recording; ended by the signal.
 * Throws `JOB_FAILED`.
 */
export function runExport(
  request: ExportRequest,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<ExportResult> {
  return new Promise((resolve, reject) => {
    const child = fork(programFile("bin/export-child.mjs"), [], {
      signal,
      serialization: "json",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let last: ErrorReport | undefined;
    child.on("message", (reply: ExportReply) => {
      if (reply.kind === "progress") onProgress(reply.progress);
      if (reply.kind === "done") resolve(reply.result);
      if (reply.kind === "failed") last = reply.error;
    });
    child.on("error", reject);
    child.once("exit", (code) => {
      const reason =
        last === undefined ? "the process ended without an answer" : `${last.code}: ${last.message} ${last.remedy}`;
      reject(
        new ServiceError("JOB_FAILED", { kind: "export", session: request.sessionId, exitCode: code ?? -1, reason }),
      );
    });
    child.send(request);
  });
}
