interface Done<Answer> {
  /** What was asked, to tell a repetition from a second use of the same id; "" = not known any more. */
  readonly fingerprint: string;
  readonly answer: Promise<Answer>;
}

/** Runs each id once and hands its answer to whoever asks again; the oldest of `maximum` ids are forgotten. */
export interface DoneOnce<Answer> {
  find(id: string): Done<Answer> | undefined;
  run(id: string, fingerprint: string, work: () => Promise<Answer>): Promise<Answer>;
  remember(id: string, answer: Answer): void;
}

/** @param maximum how many ids are kept */
export function doneOnce<Answer>(maximum: number): DoneOnce<Answer> {
  const kept = new Map<string, Done<Answer>>();
  const keep = (id: string, done: Done<Answer>): void => {
    const oldest = kept.keys().next();
    if (kept.size >= maximum && !oldest.done) kept.delete(oldest.value);
    kept.set(id, done);
  };
  return {
    find: (id) => kept.get(id),
    run(id, fingerprint, work) {
      const answer = work();
      keep(id, { fingerprint, answer });
      return answer;
    },
    remember: (id, answer) => keep(id, { fingerprint: "", answer: Promise.resolve(answer) }),
  };
}
