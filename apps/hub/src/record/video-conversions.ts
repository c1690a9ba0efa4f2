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
  readonly #given = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: OpenSession, ports: { convertVideo: ConvertVideo; onFault: FaultListener }) {
    this.#session = session;
    this.#convert = ports.convertVideo;
    this.#onFault = ports.onFault;
  }

  /** Begins with whatever is recorded and not yet converted; nobody waits for it but the end of the session. */
  begin(): void {
    for (const [deviceId, files] of Object.entries(this.#session.metadata.files))
      for (const { file_path: path, frames } of files)
        if (path.endsWith(RECORDED) && !this.#begun.has(path)) this.#enqueue(deviceId, path, frames ?? 0);
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
    this.#session
      .convert({ deviceId, path, ext: KEPT, make })
      .catch((thrown: unknown) => this.#onFault(errorReport(thrown), deviceId));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    // Its caller hears of a failure; the next one runs all the same.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
