import { ServiceError } from "../../apps/hub/src/errors.js";
import { Jobs, type JobWork } from "../../apps/hub/src/jobs.js";

/** A job that ends when the test says so. */
function held(): { work: JobWork; end: (outputs: string[]) => void; fail: (error: Error) => void } {
  let end = (_: string[]): void => undefined;
  let fail = (_: Error): void => undefined;
  const work: JobWork = (_onProgress, signal) =>
    new Promise((resolve, reject) => {
      end = resolve;
      fail = reject;
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  return { work, end: (outputs) => end(outputs), fail: (error) => fail(error) };
}

const order = (work: JobWork, session = "s") => ({ kind: "export", session, work });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const noWork: JobWork = () => Promise.resolve([]);

test("jobs run one after the other, and each shows what it made", async () => {
  const jobs = new Jobs(() => undefined);
  const first = held();
  const a = jobs.add(order(first.work));
  const b = jobs.add(order(() => Promise.resolve(["b"])));
  await turn();
  expect(jobs.views().map((view) => [view.id, view.status])).toEqual([
    [b.id, "pending"],
    [a.id, "running"],
  ]);
  first.end(["a"]);
  expect(await b.done).toMatchObject({ status: "done", progress: 1, outputs: ["b"] });
  expect(await a.done).toMatchObject({ status: "done", outputs: ["a"] });
});

test("a pending job that is cancelled never runs", async () => {
  const jobs = new Jobs(() => undefined);
  const first = held();
  jobs.add(order(first.work));
  let hasRun = false;
  const second = jobs.add(
    order(() => {
      hasRun = true;
      return Promise.resolve([]);
    }),
  );
  jobs.cancel(second.id);
  await turn();
  first.end([]);
  expect(await second.done).toMatchObject({ status: "cancelled", error: null });
  expect(hasRun).toBe(false);
});

test("a running job that is cancelled ends, and the next one runs", async () => {
  const jobs = new Jobs(() => undefined);
  const first = jobs.add(order(held().work));
  const second = jobs.add(order(noWork));
  await turn();
  jobs.cancel(first.id);
  expect(await first.done).toMatchObject({ status: "cancelled", error: null });
  expect(await second.done).toMatchObject({ status: "done" });
});

test("a job that fails shows its error with a remedy, and the next one runs", async () => {
  const jobs = new Jobs(() => undefined);
  const error = new ServiceError("JOB_FAILED", { kind: "export", session: "s", exitCode: 1, reason: "why" });
  const first = jobs.add(order(() => Promise.reject(error)));
  const second = jobs.add(order(noWork));
  expect(await first.done).toMatchObject({ status: "failed", error: { code: "JOB_FAILED", remedy: error.remedy } });
  expect(await second.done).toMatchObject({ status: "done" });
});

test("progress is told, but not every step of it", async () => {
  let changes = 0;
  const jobs = new Jobs(() => (changes += 1));
  await jobs.add(
    order((onProgress) => {
      for (let step = 0; step <= 10_000; step++) onProgress(step / 10_000);
      return Promise.resolve([]);
    }),
  ).done;
  expect(changes).toBeGreaterThan(50);
  expect(changes).toBeLessThan(110);
});

test("an unknown job cannot be cancelled, and a finished one stays as it is", async () => {
  const jobs = new Jobs(() => undefined);
  expect(() => jobs.cancel("job_9")).toThrow(expect.objectContaining({ code: "JOB_NOT_FOUND" }));
  const job = jobs.add(order(noWork));
  await job.done;
  jobs.cancel(job.id);
  expect(jobs.views()[0]).toMatchObject({ status: "done" });
});

test("finished jobs are forgotten, oldest first; those that wait never are", async () => {
  const jobs = new Jobs(() => undefined);
  for (let number = 0; number < 50; number++) await jobs.add(order(noWork, `s${number}`)).done;
  const views = jobs.views();
  expect(views.length).toBeLessThanOrEqual(21);
  expect(views[0]!.session).toBe("s49");
});

test("closing cancels everything and waits for what runs", async () => {
  const jobs = new Jobs(() => undefined);
  const first = jobs.add(order(held().work));
  const second = jobs.add(order(noWork));
  await turn();
  await jobs.close();
  expect((await Promise.all([first.done, second.done])).map((view) => view.status)).toEqual(["cancelled", "cancelled"]);
});

test("a hub that stops takes no new job", async () => {
  const jobs = new Jobs(() => undefined);
  await jobs.close();
  expect(() => jobs.add(order(noWork))).toThrow(expect.objectContaining({ code: "HUB_STOPPING" }));
});

test("jobs are idle while nothing runs or waits, whatever has ended", async () => {
  const jobs = new Jobs(() => undefined);
  expect(jobs.isIdle).toBe(true);
  const first = jobs.add({ kind: "export", session: "s", work: () => Promise.resolve([]) });
  const second = jobs.add({ kind: "export", session: "s", work: () => Promise.reject(new Error("broken")) });
  expect(jobs.isIdle).toBe(false);
  await first.done;
  expect(jobs.isIdle).toBe(false);
  await second.done;
  expect(jobs.isIdle).toBe(true);
});
