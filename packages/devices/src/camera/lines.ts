/** Far beyond any line that ffmpeg writes; a longer one is cut here so that garbage cannot fill the memory. */
const LONGEST_CHARACTERS = 8_192;

/** Text in chunks into whole lines; ends of lines may be those of any system. */
export class LineSplitter {
  #rest = "";

  push(text: string): string[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop()!.slice(0, LONGEST_CHARACTERS);
    return lines;
  }

  /** The last line, if it had no end. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }
}
