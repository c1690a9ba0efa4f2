import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdir, readFile, rm, writeFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { DiskFiles, HubLock, readOwner, type HubLockOptions } from "@polychron/session/store";
import { SessionError, type ErrorReport } from "@polychron/session/model";

const STARTED = "2025-07-31T14:30:22.000000+02:00";
const files = new DiskFiles();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hub-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Hub {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** `held`, or the error it ended with. */
  readonly said: Promise<"held" | ErrorReport>;
}

function startHub(user: { uid?: number; gid?: number } = {}): Hub {
  const loader = ["--no-warnings", "--conditions=source", "--import", "./tests/support/typescript.mjs"];
  const child = spawn(process.execPath, [...loader, "tests/session/hub-lock-child.ts", folder], {
    stdio: ["pipe", "pipe", "inherit"],
    ...user,
  });
  const said = once(createInterface(child.stdout), "line").then(([line]: string[]) =>
    line === "held" ? ("held" as const) : (JSON.parse(line!) as ErrorReport),
  );
  return { process: child, said };
}

async function kill(hub: Hub): Promise<void> {
  if (hub.process.exitCode !== null) return;
  const gone = once(hub.process, "exit");
  hub.process.kill("SIGKILL");
  await gone;
}

function acquire(options: Partial<HubLockOptions> = {}): Promise<HubLock> {
  return HubLock.acquire({ folder, files, started: STARTED, onLost: () => undefined, ...options });
}

const refusal = async (): Promise<SessionError> => {
  const error: unknown = await acquire().then(
    (lock) => lock.release(),
    (thrown: unknown) => thrown,
  );
  if (error instanceof SessionError) return error;
  throw new Error(`not refused: ${String(error)}`);
};

describe("one hub per recordings folder", () => {
  test("of six hubs that start at once exactly one gets the folder, and the others name it", async () => {
    for (let round = 0; round < 5; round++) {
      const hubs = Array.from({ length: 6 }, () => startHub());
      const said = await Promise.all(hubs.map((hub) => hub.said));
      const winner = hubs[said.indexOf("held")]!;
      const refused = said.filter((answer) => answer !== "held");
      expect(refused).toHaveLength(5);
      for (const { code, params } of refused) {
        expect(code).toBe("RECORDINGS_IN_USE");
        expect(params["owner"]).toContain(`process ${winner.process.pid} on`);
      }
      await Promise.all(hubs.map(kill));
    }
  }, 60_000);

  test("a killed holder leaves the folder free at once, although its lock file is fresh", async () => {
    const hub = startHub();
    expect(await hub.said).toBe("held");
    await kill(hub);
    const before = performance.now();
    const lock = await acquire();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(await lock.isMine()).toBe(true);
    await lock.release();
  });

  test("a stopped holder keeps the folder, and is named", async () => {
    const hub = startHub();
    await hub.said;
    hub.process.kill("SIGSTOP");
    const error = await refusal();
    expect(error.code).toBe("RECORDINGS_IN_USE");
    expect(error.params["owner"]).toContain(`process ${hub.process.pid} on`);
    await kill(hub);
  });

  test("the folder is free again after release, which may be repeated", async () => {
    const lock = await acquire();
    await lock.release();
    await lock.release();
    const next = await acquire();
    await next.release();
  });

  test("a lock of another machine is respected while it is fresh", async () => {
    await mkdir(join(folder, ".polychron", "hub.lock"), { recursive: true });
    const elsewhere = { host: "other-pc", pid: 7, started: STARTED, instance: "abc", scope: "other boot/net" };
    await writeFile(join(folder, ".polychron", "owner.json"), JSON.stringify(elsewhere));
    const error = await refusal();
    expect(error.code).toBe("RECORDINGS_IN_USE");
    expect(error.params["owner"]).toBe(`process 7 on other-pc, started ${STARTED}`);
  });

  test("a hub whose owner document was replaced is fenced off", async () => {
    const lock = await acquire();
    await lock.fence();
    const owner = await readOwner({ files, folder });
    const thief = { ...owner, host: "other-pc", instance: "stolen" };
    await writeFile(join(folder, ".polychron", "owner.json"), JSON.stringify(thief));
    expect(await lock.isMine()).toBe(false);
    await expect(lock.fence()).rejects.toMatchObject({
      code: "STORAGE_FENCED",
      params: { owner: expect.stringContaining("other-pc") as string },
    });
    await lock.release();
  });

  test("the holder is told when another machine takes its lock file", async () => {
    const told = new Promise<SessionError>((resolve) => {
      void acquire({ onLost: resolve }).then(async (lock) => {
        await rm(join(folder, ".polychron", "hub.lock"), { recursive: true });
        void told.then(() => lock.release());
      });
    });
    expect((await told).code).toBe("STORAGE_FENCED");
  });

  test("the owner document names host, process, start and a random instance", async () => {
    const lock = await acquire();
    const document = JSON.parse(await readFile(join(folder, ".polychron", "owner.json"), "utf8")) as object;
    expect(document).toEqual(lock.owner);
    expect(lock.owner).toMatchObject({
      pid: process.pid,
      started: STARTED,
      instance: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    await lock.release();
  });

  test("a folder without the right to write is refused as such", async () => {
    await chmod(folder, 0o555);
    // Root may write everywhere: the hub is started as nobody then.
    const answer = await startHub(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}).said;
    expect(answer).toMatchObject({ code: "STORAGE_NO_ACCESS" });
  });
});
