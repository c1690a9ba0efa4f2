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

  /** A session that was left open while a phone still held a file that it had announced. */
  async awaiting(name: string): Promise<string> {
    return this.#session(name, async (session) => {
      const known = { settings: {}, calibration: null, firmware: null, simulated: true, status: "armed" } as const;
      await session.addDevice("phone_1", { device_type: "android_phone", capabilities: ["rgb_video"], ...known });
      const atUs = systemClock().nowUs();
      const { number } = await session.startRecording({ atUs, devices: ["phone_1"] });
      await session.stopRecording({ atUs, streams: [] });
      const file = { fileId: "r1-rgb", fileType: "rgb", folder: "rgb_videos", ext: "mp4" } as const;
      const facts = { sizeBytes: 24, sha256: "0".repeat(64), frames: 1, durationS: 1 };
      await session.announceFiles("phone_1", number, [{ ...file, ...facts }]);
    });
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
