import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHubProcess } from "./hub-process.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");

test("the examples of the page for programs run as they stand, against a real hub", async () => {
  const recordings = await mkdtemp(join(tmpdir(), "polychron-api-"));
  const hub = await startHubProcess(recordings);
  try {
    const code = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block).join("\n");
    const AsyncFunction = (async () => undefined).constructor as new (
      ...parts: string[]
    ) => (hub: string) => Promise<unknown>;
    const answer = await new AsyncFunction("hub", `${code}; return answer;`)(hub.url);
    expect(answer).toMatchObject({
      ok: true,
      repeated: false,
      result: { session: expect.stringMatching(/^pilot_1_\d{8}_\d{6}$/) },
    });
  } finally {
    await hub.stop();
    await rm(recordings, { recursive: true, force: true });
  }
}, 60_000);
