import type { PreviewView } from "@polychron/protocol";
import type { OpenedPicture, PicturePort } from "./picture-port.js";

/** What a view shows of a camera. */
export interface ShownPicture {
  readonly url: string | null;
  /** Hub microseconds at which the picture came; null before the first. */
  readonly atUs: number | null;
  /** The newest bytes were no picture; what is shown is older. */
  readonly isBroken: boolean;
}

const NOTHING: ShownPicture = { url: null, atUs: null, isBroken: false };

/**
 * The pictures of one camera. At most one is decoded at a time, and only while somebody looks: a slow page skips pictures
 * instead of falling behind. Shaped for React's `useSyncExternalStore`.
 */
export class PreviewFeed {
  readonly #port: PicturePort;
  readonly #listeners = new Set<() => void>();
  #newest: PreviewView | undefined;
  #isDecoding = false;
  #isClosed = false;
  #drawn: OpenedPicture | undefined;
  #shown = NOTHING;

  constructor(port: PicturePort) {
    this.#port = port;
  }

  readonly get = (): ShownPicture => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.wake();
    return () => this.#listeners.delete(listener);
  };

  push(picture: PreviewView): void {
    this.#newest = picture;
    this.wake();
  }

  /** Shows the newest picture, if it is not shown yet and somebody can see it. */
  wake(): void {
    const next = this.#newest;
    if (next === undefined || this.#isDecoding || this.#isClosed) return;
    if (this.#listeners.size === 0 || this.#port.isHidden()) return;
    this.#newest = undefined;
    this.#isDecoding = true;
    const picture = this.#port.open(next.jpeg);
    void picture.decode().then((isGood) => this.#onDecoded(picture, next.at_us, isGood));
  }

  /** The camera is gone: its pictures are given back. */
  close(): void {
    this.#isClosed = true;
    this.#drawn?.release();
    this.#drawn = undefined;
    this.#show(NOTHING);
  }

  #onDecoded(picture: OpenedPicture, atUs: number, isGood: boolean): void {
    this.#isDecoding = false;
    if (!isGood || this.#isClosed) picture.release();
    if (this.#isClosed) return;
    if (isGood) {
      const before = this.#drawn;
      this.#drawn = picture;
      this.#show({ url: picture.url, atUs, isBroken: false });
      before?.release();
    } else this.#show({ ...this.#shown, isBroken: true });
    this.wake();
  }

  #show(shown: ShownPicture): void {
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }
}
