import type { CueRow } from "@polychron/session/format";
import { ProcessingError } from "../errors.js";
import type { ActWindow } from "./act-window.js";
import { ChirpSearch } from "./chirp-search.js";
import { absent, type CueFinding } from "./finding.js";
import { findFlash } from "./flash-search.js";
import { readPictures, readSound, SOUND_RATE_HZ, type MediaSource } from "./media-windows.js";
import { residualRow, type SearchedStream } from "./residuals.js";

/** A video whose pictures have session times. */
export interface VideoToSearch {
  readonly source: MediaSource;
  readonly stream: SearchedStream;
  /** Session seconds of each picture of the file, in order. */
  frameTimesS(): Promise<Float64Array>;
}

/** Sound whose beginning has a session time; `toSessionS` maps seconds of the file. */
export interface SoundToSearch {
  readonly source: MediaSource;
  readonly stream: SearchedStream;
  readonly toSessionS: (fileS: number) => number;
}

/** A row for each window that the video reaches into. Throws `PROCESSING_PROGRAM_MISSING`. */
export async function searchVideo(video: VideoToSearch, windows: readonly ActWindow[]): Promise<CueRow[]> {
  const { source, stream } = video;
  const findings = await orUnreadable(windows, async () => {
    const frameTimesS = await video.frameTimesS();
    const scenes = await readPictures(source, frameTimesS, windows);
    return scenes.map((scene) => (scene.timeS.length === 0 ? undefined : findFlash(scene)));
  });
  return rowsOf(windows, stream, findings);
}

/** A row for each window that the sound reaches into. Throws `PROCESSING_PROGRAM_MISSING`. */
export async function searchSound(sound: SoundToSearch, windows: readonly ActWindow[]): Promise<CueRow[]> {
  const { source, stream, toSessionS } = sound;
  const originS = toSessionS(0);
  const stretches = windows.map(({ fromS, toS }) => ({ fromS: fromS - originS, toS: toS - originS }));
  const findings = await orUnreadable(windows, async () => {
    const parts = await readSound(source, stretches);
    const longest = Math.max(1, ...parts.map(({ samples }) => samples.length));
    const search = new ChirpSearch(SOUND_RATE_HZ, longest);
    return parts.map(({ first, samples }) =>
      samples.length === 0 ? undefined : placed(search.find(samples), (atS) => toSessionS(first / SOUND_RATE_HZ + atS)),
    );
  });
  return rowsOf(windows, stream, findings);
}

/** A row for each window in which something was recorded. */
function rowsOf(
  windows: readonly ActWindow[],
  stream: SearchedStream,
  findings: readonly (CueFinding | undefined)[],
): CueRow[] {
  return windows.flatMap(({ act }, place) => {
    const finding = findings[place];
    return finding === undefined ? [] : [residualRow(act, stream, finding)];
  });
}

function placed(finding: CueFinding, toSessionS: (fileS: number) => number): CueFinding {
  return finding.kind === "found" ? { ...finding, atS: toSessionS(finding.atS) } : finding;
}

/** A file that no decoder opens is said in its rows; the other streams are searched all the same. */
async function orUnreadable(
  windows: readonly ActWindow[],
  search: () => Promise<(CueFinding | undefined)[]>,
): Promise<(CueFinding | undefined)[]> {
  try {
    return await search();
  } catch (thrown) {
    if (!(thrown instanceof ProcessingError) || thrown.code !== "PROCESSING_MEDIA_UNREADABLE") throw thrown;
    return windows.map(() => absent(thrown.message));
  }
}
