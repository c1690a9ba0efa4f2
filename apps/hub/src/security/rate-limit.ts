/** True while no more than `perSecond` calls fell into the running second of `nowMs`. */
export function rateLimit(perSecond: number, nowMs: () => number): () => boolean {
  let windowStartMs = nowMs();
  let inWindow = 0;
  return () => {
    const now = nowMs();
    if (now - windowStartMs >= 1000) [windowStartMs, inWindow] = [now, 0];
    inWindow += 1;
    return inWindow <= perSecond;
  };
}
