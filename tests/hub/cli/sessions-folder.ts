import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskFiles, SessionStore, systemTimers, type OpenSession } from "@polychron/session/store";
import { systemClock } from "../../../apps/hub/src/system-clock.js";

/** A working folder whose `recordings` holds real sessions, made by the store. */
export class SessionsFolder {
  readonly path = mkdtempSync(join(tmpdir(), "polychron-cli-"));
  readonly recordings = join(this.path, "recordings");
  readonly #files = new DiskFiles();

  async open(): Promise<SessionStore> {
    if ((await this.#files.facts(this.recordings)) === undefined) await this.#files.makeFolder(this.recordings);
    return SessionStore.open({
      files: this.#files,
      folder: this.recordings,
      clock: systemClock(),
      timers: systemTimers,
      software: { name: "polychron", version: "0.0.0" },
      onFault: (error) => {
        throw error;
      },
    });
  }

  /** A completed session with a marker in its log; resolves with its id. */
  async completed(name: string): Promise<string> {
    return this.#session(name, async (session) => void (await session.end({ reason: "operator", by: "test" })));
  }

  /** A session that its hub left open, as a crash does. */
  async interrupted(name: string): Promise<string> {
    return this.#session(name, () => Promise.resolve());
  }

  /** Writes over a file's end, as somebody's editor might. */
  spoil(id: string, file: string): void {
    appendFileSync(join(this.recordings, id, file), "x");
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  async #session(name: string, finish: (session: OpenSession) => Promise<void>): Promise<string> {
    const store = await this.open();
    const session = await store.create({ name, by: "test" });
    await session.note({ text: "hello", by: "test" });
    await finish(session);
    await store.close();
    return session.id;
  }
}
