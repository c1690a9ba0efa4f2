/** One picture, ready to be shown under its address. */
export interface OpenedPicture {
  readonly url: string;
  /** Resolves when it can be drawn at once; false = these bytes are no picture. */
  decode(): Promise<boolean>;
  /** The address ends; what is drawn already stays. */
  release(): void;
}

/** What previews need of the browser. */
export interface PicturePort {
  /** @param jpeg a whole JPEG file */
  open(jpeg: Uint8Array): OpenedPicture;
  /** Whether nobody can see the page now. */
  isHidden(): boolean;
}
