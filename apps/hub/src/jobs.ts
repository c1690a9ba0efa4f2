import type { JobView } from "@polychron/protocol";
import { errorReport, type ErrorReport } from "@polychron/session/model";
import { ServiceError } from "./errors.js";

/** What a job does to one session: reports its progress (0 to 1), ends when the signal says so, returns what it made. */
export type JobWork = (onProgress: (progress: number) => void, signal: AbortSignal) => Promise<readonly string[]>;

/** What a caller asks for. */
export interface JobOrder {
  readonly kind: string;
  readonly session: string;
  readonly work: JobWork;
}

interface Job {
  readonly id: string;
  readonly order: JobOrder;
  readonly cancel: AbortController;
  status: JobView["status"];
  progress: number;
  outputs: readonly string[];
  error: ErrorReport | null;
}

const FINISHED_KEPT = 20;

/** Work on sessions that may take long: one at a time, so that it never crowds a recording; shown, cancellable. */
export class Jobs {
  readonly #jobs: Job[] = [];
  readonly #onChange: () => void;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;
  #nextId = 1;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Queues a job; its `done` settles when it ended, whichever way, and never rejects. Throws `HUB_STOPPING`. */
  add(order: JobOrder): { readonly id: string; readonly done: Promise<JobView> } {
    if (this.#isClosed) throw new ServiceError("HUB_STOPPING");
    const job: Job = {
      id: `job_${this.#nextId++}`,
      order,
      cancel: new AbortController(),
      status: "pending",
      progress: 0,
      outputs: [],
      error: null,
    };
    this.#jobs.push(job);
    this.#forgetOld();
    this.#running = this.#running.then(() => this.#run(job));
    this.#onChange();
    return { id: job.id, done: this.#running.then(() => view(job)) };
  }

  /** Throws `JOB_NOT_FOUND`. */
  cancel(id: string): void {
    const job = this.#jobs.find((known) => known.id === id);
    if (job === undefined) throw new ServiceError("JOB_NOT_FOUND", { job: id });
    if (job.status === "pending") job.status = "cancelled";
    job.cancel.abort();
    this.#onChange();
  }

  /** Nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#jobs.every(({ status }) => status !== "pending" && status !== "running");
  }

  views(): JobView[] {
    return this.#jobs.map(view).reverse();
  }

  /** Cancels what runs and waits for it; nothing is queued any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#jobs) if (job.status === "pending" || job.status === "running") this.cancel(job.id);
    await this.#running;
  }

  async #run(job: Job): Promise<void> {
    if (job.status !== "pending") return;
    job.status = "running";
    this.#onChange();
    try {
      job.outputs = await job.order.work((progress) => this.#progress(job, progress), job.cancel.signal);
      job.status = "done";
      job.progress = 1;
    } catch (thrown) {
      job.status = job.cancel.signal.aborted ? "cancelled" : "failed";
      job.error = job.status === "failed" ? errorReport(thrown) : null;
    }
    this.#onChange();
  }

  #progress(job: Job, progress: number): void {
    if (progress - job.progress < 0.01) return;
    job.progress = progress;
    this.#onChange();
  }

  #forgetOld(): void {
    const finished = this.#jobs.filter((job) => job.status !== "pending" && job.status !== "running");
    for (const job of finished.slice(0, Math.max(0, finished.length - FINISHED_KEPT)))
      this.#jobs.splice(this.#jobs.indexOf(job), 1);
  }
}

function view({ id, order, status, progress, outputs, error }: Job): JobView {
  return { id, kind: order.kind, session: order.session, status, progress, outputs, error };
}
