import type { AwaitedFileView, DeviceView, SessionView } from "@polychron/protocol";
import type { Catalogue } from "../catalogue/choose.js";
import { bytesText, clockText } from "../format.js";

/** One file on its way, in words. */
export interface AwaitedLine {
  readonly key: string;
  readonly name: string;
  /** 0 to 100. */
  readonly percent: number;
  readonly sizes: string;
  /** How fast it comes and how long it takes still, or that nothing comes. */
  readonly pace: string;
}

/** What one device has to send or to tell. */
export interface AwaitedGroup {
  readonly device: string;
  readonly label: string;
  /** Connected, so that it can be asked. */
  readonly isHere: boolean;
  readonly lines: readonly AwaitedLine[];
}

/**
 * What a session waits for, by device: files in the order in which they were announced, then recordings of its own of which a
 * device has not told what came of them.
 */
export function awaitedGroups(
  { awaited, unheard }: SessionView,
  devices: readonly DeviceView[],
  texts: Catalogue["files"],
): AwaitedGroup[] {
  return [...new Set([...awaited, ...unheard].map(({ device }) => device))].map((id) => {
    const device = devices.find((known) => known.id === id);
    const isHere = device?.phase === "armed" || device?.phase === "connected";
    const lines = awaited.filter((file) => file.device === id).map((file) => lineOf(file, isHere, texts));
    const untold = unheard.filter((own) => own.device === id).map(({ recording }) => untoldLine(recording, texts));
    return { device: id, label: device?.label ?? id, isHere, lines: [...lines, ...untold] };
  });
}

function lineOf(file: AwaitedFileView, isHere: boolean, texts: Catalogue["files"]): AwaitedLine {
  const { file_id, file_type, recording, size_bytes: size, received_bytes: received } = file;
  return {
    key: file_id,
    name: texts.of(file_type, recording),
    percent: size > 0 ? Math.min(100, Math.floor((100 * received) / size)) : 0,
    sizes: texts.sizes(bytesText(received), bytesText(size)),
    pace: paceOf(file, isHere, texts),
  };
}

function untoldLine(recording: number, texts: Catalogue["files"]): AwaitedLine {
  return {
    key: `recording ${recording}`,
    name: texts.own(recording),
    percent: 0,
    sizes: texts.untold,
    pace: texts.notHeard,
  };
}

/** How many things a session waits for: an own recording of which a device has not told counts as one file. */
export function awaitedCount({ awaited, unheard }: SessionView): number {
  return awaited.length + unheard.length;
}

/** Between two pieces a sender that is here is not idle: the hub is putting the last one on its disk. */
function paceOf(
  { bytes_per_s: rate, seconds_left: leftS }: AwaitedFileView,
  isHere: boolean,
  texts: Catalogue["files"],
): string {
  if (rate === null || leftS === null) return isHere ? texts.nextPiece : texts.paused;
  return `${texts.rate(bytesText(rate))}, ${texts.timeLeft(clockText(Math.ceil(leftS)))}`;
}

/** What a session that is closing still waits for, in a sentence; empty when it waits for nothing. */
export function waitingText(session: SessionView, devices: readonly DeviceView[], texts: Catalogue["files"]): string {
  const names = awaitedGroups(session, devices, texts).map(({ label }) => label);
  return names.length === 0 ? "" : texts.waitsFor(awaitedCount(session), names.join(", "));
}

/** The devices that have not told what they recorded on themselves, by their label, else their id. */
export function untoldDevices({ unheard }: SessionView, devices: readonly DeviceView[]): string[] {
  return [...new Set(unheard.map(({ device }) => device))].map(
    (id) => devices.find((device) => device.id === id)?.label ?? id,
  );
}
