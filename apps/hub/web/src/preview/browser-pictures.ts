import type { OpenedPicture, PicturePort } from "./picture-port.js";

/** A picture of a preview is small; one that takes longer is not worth the wait. */
const DECODED_WITHIN_MS = 5_000;

/** Pictures by the browser's own decoder, each under a blob address. */
export function browserPictures(page: Document): PicturePort {
  return { open: openPicture, isHidden: () => page.hidden };
}

/** The element is kept as long as the address, so that what it decoded is drawn from its memory. */
function openPicture(jpeg: Uint8Array): OpenedPicture {
  const url = URL.createObjectURL(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }));
  const image = new Image();
  image.src = url;
  return { url, decode: () => decoded(image), release: () => URL.revokeObjectURL(url) };
}

function decoded(image: HTMLImageElement): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), DECODED_WITHIN_MS);
    const finish = (isGood: boolean): void => {
      clearTimeout(timer);
      resolve(isGood);
    };
    image.decode().then(
      () => finish(true),
      () => finish(false),
    );
  });
}
