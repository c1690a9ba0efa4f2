/** A camera as the system lists it. */
export interface ListedCamera {
  /** What ffmpeg opens it by. */
  readonly address: string;
  readonly name: string;
}

/** `[AVFoundation indev @ 0x…] [0] FaceTime HD Camera`; the line that begins the microphones ends the cameras. */
const AVFOUNDATION_ENTRY = /\]\s*\[(\d+)\]\s+(.+?)\s*$/;
const AVFOUNDATION_SCREEN = /^Capture screen \d+$/;
/** `[dshow @ …] "Integrated Camera" (video)`; before ffmpeg 5 without the kind, under a line that says it. */
const DSHOW_ENTRY = /^\[[^\]]*\]\s*"(.+)"(?:\s+\(([^)]*)\))?\s*$/;
const DSHOW_OTHER_NAME = /^\[[^\]]*\]\s*Alternative name "(.+)"\s*$/;

/** What `ffmpeg -f avfoundation -list_devices true` says. A name opens its camera, and keeps to it when another is plugged in; two of one name only have their places. */
export function parseAvfoundationDevices(text: string): ListedCamera[] {
  const [cameras = ""] = text.split(/AVFoundation audio devices:/);
  const entries = cameras.split(/\r?\n/).flatMap((line) => {
    const [, index, name] = AVFOUNDATION_ENTRY.exec(line) ?? [];
    return index === undefined || AVFOUNDATION_SCREEN.test(name!) ? [] : [{ index, name: name! }];
  });
  const isPlain = (name: string): boolean =>
    !name.includes(":") && entries.filter((entry) => entry.name === name).length === 1;
  return entries.map(({ index, name }) => ({ address: isPlain(name) ? name : index, name }));
}

/** What `ffmpeg -f dshow -list_devices true` says. The alternative name belongs to the camera at its socket and is told apart from that of its twin. */
export function parseDshowDevices(text: string): ListedCamera[] {
  const found: { address: string; name: string; isCamera: boolean }[] = [];
  let isCameraPart = true;
  for (const line of text.split(/\r?\n/)) {
    if (/DirectShow audio devices/.test(line)) isCameraPart = false;
    const entry = DSHOW_ENTRY.exec(line);
    const other = DSHOW_OTHER_NAME.exec(line)?.[1];
    const last = found.at(-1);
    if (other !== undefined && last !== undefined) last.address = other;
    else if (entry !== null)
      found.push({ address: entry[1]!, name: entry[1]!, isCamera: isCamera(entry[2], isCameraPart) });
  }
  return found.flatMap(({ address, name, isCamera }) => (isCamera ? [{ address, name }] : []));
}

/** A virtual camera may be listed as `none`: its kind is not known before it is opened. */
function isCamera(kind: string | undefined, isCameraPart: boolean): boolean {
  return kind === undefined ? isCameraPart : /video|none/.test(kind);
}
