import type { FileEntry, SessionMetadata } from "@polychron/session/format";
import { errorReport } from "@polychron/session/model";
import type { Conversion, OpenSession } from "@polychron/session/store";
import type { FaultListener } from "./device-log.js";

/** Makes the video that stays out of the recorded one, both absolute paths, and checks that it holds as many frames. */
export type ConvertVideo = (request: {
  readonly from: string;
  readonly to: string;
  readonly frames: number;
  readonly signal: AbortSignal;
}) => ReturnType<Conversion["make"]>;

const RECORDED = ".mkv";
const KEPT = "mp4";

/** Turns the recorded videos of one session into the files that stay, one after the other. */
export class VideoConversions {
  readonly #session: OpenSession;
  readonly #convert: ConvertVideo;
  readonly #onFault: FaultListener;
  readonly #begun = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #given = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: OpenSession, ports: { convertVideo: ConvertVideo; onFault: FaultListener }) {
    this.#session = session;
    this.#convert = ports.convertVideo;
    this.#onFault = ports.onFault;
  }

  /** Begins with whatever the hub recorded and has not converted yet; nobody waits for it but the end of the session. */
  begin(): void {
    const { metadata } = this.#session;
    const sealedMs = lastSealMs(metadata);
    for (const [deviceId, files] of Object.entries(metadata.files))
      for (const entry of files)
        if (isToConvert(entry, sealedMs) && !this.#begun.has(entry.file_path))
          this.#enqueue(deviceId, entry.file_path, entry.frames ?? 0);
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Gives up what is not done: the recorded video stays, and whoever opens its session again converts it. */
  release(): void {
    this.#given.abort(new Error("the hub stops"));
  }

  /** Announced to the session at once, so that it waits for all of them; made one after the other. */
  #enqueue(deviceId: string, path: string, frames: number): void {
    this.#begun.add(path);
    const { signal } = this.#given;
    const make: Conversion["make"] = (from, to) => this.#inTurn(() => this.#convert({ from, to, frames, signal }));
    // The session keeps the fault and the original; whoever looks at the hub hears of it too.
    const done: Promise<void> = this.#session
      .convert({ deviceId, path, ext: KEPT, make })
      .then(
        () => undefined,
        (thrown: unknown) => this.#onFault(errorReport(thrown), deviceId),
      )
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    // Its caller hears of a failure; the next one runs all the same.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** A video of the hub's own, recorded since the session was sealed: a device's own file, and what is sealed, stay as they are. */
function isToConvert({ file_path, file_id, created_time }: FileEntry, sealedMs: number): boolean {
  return file_path.endsWith(RECORDED) && file_id === undefined && Date.parse(created_time) > sealedMs;
}

/** When the session was last sealed, in milliseconds since 1970; before all time where it never was. */
function lastSealMs(metadata: SessionMetadata): number {
  const seals = (metadata["earlier_seals"] ?? []) as readonly { readonly sealed_time: string }[];
  return Math.max(Number.NEGATIVE_INFINITY, ...seals.map(({ sealed_time }) => Date.parse(sealed_time)));
}
