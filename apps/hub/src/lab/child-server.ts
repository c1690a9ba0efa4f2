import { errorReport } from "@polychron/session/model";
import type { ChildReply } from "./child-link.js";

/** The work of a child process: does what it is asked; what it throws travels back. */
export interface ChildWork<Request> {
  obey(request: Request): Promise<unknown>;
  /** After this request the process ends. */
  isLast(request: Request): boolean;
}

/** The far end of a `ChildLink`: answers each request, and ends with the lab. */
export function serveRequests<Request>(work: ChildWork<Request>): void {
  process.on("message", (request: Request) => void answer(work, request));
  process.on("disconnect", () => process.exit());
  // Ctrl-C in a terminal reaches every process of the group; the lab closes its members itself, in order.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
}

async function answer<Request>(work: ChildWork<Request>, request: Request): Promise<void> {
  const reply: ChildReply = await work.obey(request).then(
    (result) => ({ ok: true, result }),
    (thrown: unknown) => ({ ok: false, error: errorReport(thrown) }),
  );
  process.send?.(reply);
  if (work.isLast(request)) process.disconnect();
}
