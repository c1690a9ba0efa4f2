import type { PreviewView } from "@polychron/protocol";
import type { PicturePort } from "./picture-port.js";
import { PreviewFeed } from "./preview-feed.js";

/** The pictures of every camera, by device. Kept outside the page's state: they change several times a second. */
export class PreviewBook {
  readonly #port: PicturePort;
  readonly #feeds = new Map<string, PreviewFeed>();

  constructor(port: PicturePort) {
    this.#port = port;
  }

  push(picture: PreviewView): void {
    this.feed(picture.device).push(picture);
  }

  /** The pictures of one device; there may be none yet. */
  feed(device: string): PreviewFeed {
    const known = this.#feeds.get(device);
    if (known !== undefined) return known;
    const feed = new PreviewFeed(this.#port);
    this.#feeds.set(device, feed);
    return feed;
  }

  /** Gives back the pictures of devices that are no longer there. */
  keepOnly(devices: ReadonlySet<string>): void {
    for (const [device, feed] of this.#feeds) {
      if (devices.has(device)) continue;
      this.#feeds.delete(device);
      feed.close();
    }
  }

  /** The page can be seen again. */
  wake(): void {
    for (const feed of this.#feeds.values()) feed.wake();
  }
}
