/**
 * Loaded into a process before its program (`--expose-gc --import`): on request it collects garbage and says what is still
 * held, MB. From outside nobody can tell that from garbage that V8 has no reason yet to collect.
 */
process.on("message", (message) => {
  if (message !== "held") return;
  const collect = (globalThis as { gc?: () => void }).gc!;
  collect();
  collect(); // buffers of objects that only the first round found dead
  const { heapUsed, external } = process.memoryUsage();
  process.send!({ heldMb: (heapUsed + external) / 2 ** 20 });
});
process.channel!.unref();
