import fc from "fast-check";
import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import type { OpenedPicture, PicturePort } from "../../apps/hub/web/src/preview/picture-port.js";
import { pictureNote } from "../../apps/hub/web/src/preview/picture-state.js";
import { PreviewBook } from "../../apps/hub/web/src/preview/preview-book.js";
import { PreviewFeed } from "../../apps/hub/web/src/preview/preview-feed.js";

/** A browser by hand: pictures are decoded when the test says so. */
class HandPictures implements PicturePort {
  hidden = false;
  /** Addresses that were given out and not given back. */
  readonly held = new Set<string>();
  readonly #decoding: ((isGood: boolean) => void)[] = [];
  #opened = 0;

  open(): OpenedPicture {
    const url = `blob:${++this.#opened}`;
    this.held.add(url);
    return {
      url,
      decode: () => new Promise((resolve) => this.#decoding.push(resolve)),
      release: () => void this.held.delete(url),
    };
  }

  isHidden(): boolean {
    return this.hidden;
  }

  get decoding(): number {
    return this.#decoding.length;
  }

  /** Ends the oldest decode, if there is one, and lets everybody hear of it. */
  async finish(isGood = true): Promise<void> {
    this.#decoding.shift()?.(isGood);
    await Promise.resolve();
  }
}

const picture = (atUs: number, device = "webcam_1") => ({ device, at_us: atUs, jpeg: new Uint8Array([0xff, 0xd8]) });

function watched(): { pictures: HandPictures; feed: PreviewFeed } {
  const pictures = new HandPictures();
  const feed = new PreviewFeed(pictures);
  feed.subscribe(() => undefined);
  return { pictures, feed };
}

test("a picture is shown when it is decoded, and the one before it is given back", async () => {
  const { pictures, feed } = watched();
  feed.push(picture(1));
  expect(feed.get().url).toBeNull();
  await pictures.finish();
  expect(feed.get()).toEqual({ url: "blob:1", atUs: 1, isBroken: false });
  feed.push(picture(2));
  await pictures.finish();
  expect(feed.get()).toMatchObject({ url: "blob:2", atUs: 2 });
  expect([...pictures.held]).toEqual(["blob:2"]);
});

test("pictures that come faster than they are decoded are skipped: the newest is shown next", async () => {
  const { pictures, feed } = watched();
  for (const atUs of [1, 2, 3, 4]) feed.push(picture(atUs));
  expect(pictures.decoding).toBe(1);
  await pictures.finish();
  await pictures.finish();
  expect(feed.get().atUs).toBe(4);
  expect(pictures.decoding).toBe(0);
});

test("nothing is decoded while the page is hidden; when it can be seen again the newest picture is", async () => {
  const { pictures, feed } = watched();
  pictures.hidden = true;
  feed.push(picture(1));
  feed.push(picture(2));
  expect(pictures.decoding).toBe(0);
  pictures.hidden = false;
  feed.wake();
  await pictures.finish();
  expect(feed.get().atUs).toBe(2);
});

test("nothing is decoded while nobody looks; who looks gets the newest picture", async () => {
  const pictures = new HandPictures();
  const feed = new PreviewFeed(pictures);
  feed.push(picture(1));
  expect(pictures.decoding).toBe(0);
  const leave = feed.subscribe(() => undefined);
  await pictures.finish();
  expect(feed.get().atUs).toBe(1);
  leave();
  feed.push(picture(2));
  expect(pictures.decoding).toBe(0);
});

test("bytes that are no picture are said to be broken, given back, and do not stop the next one", async () => {
  const { pictures, feed } = watched();
  feed.push(picture(1));
  await pictures.finish();
  feed.push(picture(2));
  await pictures.finish(false);
  expect(feed.get()).toEqual({ url: "blob:1", atUs: 1, isBroken: true });
  feed.push(picture(3));
  await pictures.finish();
  expect(feed.get()).toEqual({ url: "blob:3", atUs: 3, isBroken: false });
  expect([...pictures.held]).toEqual(["blob:3"]);
});

test("whatever happens, at most one picture is decoded and at most two addresses are held; a camera that is gone holds none", async () => {
  const steps = fc.array(fc.constantFrom("push", "good", "bad", "hide", "show", "look", "leave"), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      const pictures = new HandPictures();
      const feed = new PreviewFeed(pictures);
      let leave: (() => void) | undefined;
      let atUs = 0;
      for (const step of run) {
        if (step === "push") feed.push(picture(++atUs));
        if (step === "good" || step === "bad") await pictures.finish(step === "good");
        if (step === "hide" || step === "show") pictures.hidden = step === "hide";
        if (step === "show") feed.wake();
        if (step === "look") leave ??= feed.subscribe(() => undefined);
        if (step === "leave") {
          leave?.();
          leave = undefined;
        }
        expect(pictures.decoding).toBeLessThanOrEqual(1);
        expect(pictures.held.size).toBeLessThanOrEqual(2);
      }
      feed.close();
      await pictures.finish();
      expect(pictures.held.size).toBe(0);
      expect(feed.get().url).toBeNull();
    }),
  );
});

test("the book keeps the pictures of devices that are there, and gives back those of the others", async () => {
  const pictures = new HandPictures();
  const book = new PreviewBook(pictures);
  for (const device of ["webcam_1", "webcam_2"]) {
    book.feed(device).subscribe(() => undefined);
    book.push(picture(1, device));
    await pictures.finish();
  }
  expect(pictures.held.size).toBe(2);
  book.keepOnly(new Set(["webcam_2"]));
  expect([...pictures.held]).toEqual(["blob:2"]);
  expect(book.feed("webcam_2").get().url).toBe("blob:2");
});

test("the book wakes every camera when the page can be seen again", async () => {
  const pictures = new HandPictures();
  pictures.hidden = true;
  const book = new PreviewBook(pictures);
  for (const device of ["webcam_1", "webcam_2"]) {
    book.feed(device).subscribe(() => undefined);
    book.push(picture(1, device));
  }
  pictures.hidden = false;
  book.wake();
  expect(pictures.decoding).toBe(2);
});

describe("what is said about a picture", () => {
  const { cameras: texts } = chooseCatalogue([]);
  const shown = { url: "blob:1", atUs: 10e6, isBroken: false };

  test("is nothing while it is live", () => {
    expect(pictureNote(shown, 12e6, texts)).toBe("");
    expect(pictureNote(shown, null, texts)).toBe("");
  });

  test("is how long there was none, that there was none yet, or that it is broken", () => {
    expect(pictureNote(shown, 22.9e6, texts)).toBe("No picture for 12\u00a0s");
    expect(pictureNote(shown, 100e6, texts)).toBe("No picture for 01:30");
    expect(pictureNote({ ...shown, url: null, atUs: null }, 12e6, texts)).toBe("No picture yet");
    expect(pictureNote({ ...shown, isBroken: true }, 12e6, texts)).toBe("The last picture could not be shown");
  });
});
