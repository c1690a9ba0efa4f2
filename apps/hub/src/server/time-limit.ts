import type { Timers } from "@polychron/session/model";

/** How long something is waited for, and what it is called when that is over. */
export interface TimeLimit {
  readonly timers: Timers;
  readonly withinMs: number;
  tooLate(): Error;
}

/** What the work comes to, or `tooLate` where it takes longer than the limit: the work goes on unheard. */
export function within<Result>(work: Promise<Result>, { timers, withinMs, tooLate }: TimeLimit): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(withinMs, () => reject(tooLate()));
    void work.then(resolve, reject).finally(cancel);
  });
}
