/** Small pieces cost a call each, and a call costs more than copying what a connection brings at once (64 KiB). */
const GATHER_BYTES = 256 << 10;

/**
 * The chunks of a source, small ones gathered; at most one such is held. A source that breaks, or that is given up by
 * the signal, is one that ends early: what came before is as good as the rest, and whoever counts sees what is missing.
 */
export async function* gatherChunks(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = chunks[Symbol.asyncIterator]();
  const aborted = abortOf(signal);
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  try {
    for (;;) {
      const chunk = await Promise.race([nextOf(source), aborted.promise]);
      if (chunk !== undefined) heldBytes += held[held.push(chunk) - 1]!.length;
      if (heldBytes > 0 && (chunk === undefined || heldBytes >= GATHER_BYTES)) {
        yield held.length === 1 ? held[0]! : Buffer.concat(held, heldBytes);
        [held, heldBytes] = [[], 0];
      }
      if (chunk === undefined) return;
    }
  } finally {
    aborted.forget();
    // Not waited for: behind a read that still waits, this waits as well.
    void source.return?.().catch(() => undefined);
  }
}

async function nextOf(source: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await source.next();
    return done === true ? undefined : (value as Uint8Array);
  } catch {
    // Expected of a connection: it was cut, and the offset says how far it came.
    return undefined;
  }
}

/** The signal outlives this source: what is not forgotten would keep every chunk that was raced against it. */
function abortOf(signal: AbortSignal): { readonly promise: Promise<undefined>; forget(): void } {
  let onAbort = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  return { promise, forget: () => signal.removeEventListener("abort", onAbort) };
}
