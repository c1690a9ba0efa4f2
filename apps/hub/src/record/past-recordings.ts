import type { HeldFile, HeldRecording, SelfRecorder } from "@polychron/devices";
import { unheardRecordings, type SessionMetadata } from "@polychron/session/format";
import { errorReport, isFinal, SessionNotFoundError, type Clock } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import type { FaultListener } from "./device-log.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";
import { endOf, stopOrder } from "./stop-order.js";

/** What looking after them needs of the hub. */
export interface PastRecordingsParts {
  readonly store: SessionStore;
  readonly registry: DeviceRegistry;
  readonly clock: Clock;
  readonly onFault: FaultListener;
}

/**
 * Recordings of closed sessions that devices still hold: one that was away when its session was closed would record for ever,
 * keep files that are long safe, and others that nobody knows of: the operator is told of those. A session of which this hub
 * knows nothing is another hub's.
 */
export class PastRecordings {
  readonly #parts: PastRecordingsParts;
  readonly #leaves = new Map<LiveDevice, () => void>();
  readonly #given = new AbortController();
  /** What the operator was told of, as device, session and number. */
  readonly #told = new Set<string>();

  constructor(parts: PastRecordingsParts) {
    this.#parts = parts;
    parts.registry.onChange((device, change) => (change === "joined" ? this.#watch(device) : this.#unwatch(device)));
  }

  /** Devices that are here are told to end what they still record for a session that was closed, or is about to be given up. Never rejects. */
  async end(session: string): Promise<void> {
    const devices = [...this.#leaves.keys()].filter(({ driver }) => isRecording(driver.recorder!, session));
    if (devices.length === 0) return;
    try {
      const metadata = await this.#stored(session);
      for (const device of devices) this.#do(device, () => this.#stop(device, metadata));
    } catch (thrown) {
      this.#parts.onFault(errorReport(thrown), null);
    }
  }

  /** Gives up what is under way, and hears of nothing more. */
  release(): void {
    this.#given.abort(new ServiceError("DEVICE_CONNECT_CANCELLED", { address: "recordings of closed sessions" }));
    for (const device of [...this.#leaves.keys()]) this.#unwatch(device);
  }

  #watch(device: LiveDevice): void {
    const { recorder } = device.driver;
    if (recorder === undefined) return;
    const look = (): void => this.#do(device, () => this.#look(device, recorder));
    const leave = device.listen({
      onBlock: () => undefined,
      onNotice: (notice) => notice.kind === "phase" && notice.phase === "armed" && look(),
    });
    this.#leaves.set(device, leave);
    if (device.phase === "armed") look(); // any other as soon as it streams
  }

  #unwatch(device: LiveDevice): void {
    this.#leaves.get(device)?.();
    this.#leaves.delete(device);
  }

  /** Whoever looks at the hub hears what went wrong; the device's next return brings the next try. */
  #do(device: LiveDevice, work: () => Promise<void>): void {
    work().catch((thrown: unknown) => {
      if (!this.#given.signal.aborted) this.#parts.onFault(errorReport(thrown), device.id);
    });
  }

  async #look(device: LiveDevice, recorder: SelfRecorder): Promise<void> {
    for (const session of new Set(recorder.held.map((held) => held.session))) {
      if (this.#parts.store.find(session) !== undefined) continue;
      const metadata = await this.#stored(session);
      if (metadata === undefined || !isFinal(metadata.status)) continue;
      await this.#stop(device, metadata);
      for (const held of heldOf(recorder, session)) tellStored(recorder, held, metadata.files[device.id] ?? []);
    }
  }

  /** Stops what still runs, and hears what became of recordings whose end nobody has heard. */
  async #stop(device: LiveDevice, metadata: SessionMetadata | undefined): Promise<void> {
    if (metadata?.devices[device.id] === undefined) return;
    const recorder = device.driver.recorder!;
    const session = metadata.session_id;
    const unheard = unheardRecordings(metadata).filter((own) => own.device === device.id);
    const isUnheard = (number: number): boolean =>
      unheard.some(({ recording }) => recording === number) && !this.#told.has(keyOf(device, session, number));
    const epoch = metadata.clock.epochs.at(-1)!;
    const isSameClock = epoch.boot_id === this.#parts.clock.bootId;
    for (const { number, state } of heldOf(recorder, session)) {
      if (state !== "recording" && !isUnheard(number)) continue;
      const endUs = isSameClock ? endOf(metadata, epoch, number) : undefined;
      const end = stopOrder(device, { session, number, endUs });
      const { files, refused } = await recorder.stop(end, this.#given.signal);
      for (const error of refused) this.#parts.onFault(errorReport(error), device.id);
      // What belongs to a session that is about to be thrown away nobody misses.
      if (isFinal(metadata.status)) this.#tellLeft(device, end, leftOf(files, metadata.files[device.id] ?? []));
    }
  }

  /** Files that a sealed session does not have: they come in when it is reopened. */
  #tellLeft(
    device: LiveDevice,
    { session, number: recording }: { readonly session: string; readonly number: number },
    left: readonly HeldFile[],
  ): void {
    this.#told.add(keyOf(device, session, recording));
    if (left.length === 0) return;
    const files = left.map(({ fileType, ext }) => `${fileType}.${ext}`).join(", ");
    const params = { device: device.id, session, recording, files };
    this.#parts.onFault(errorReport(new ServiceError("FILES_LEFT_ON_DEVICE", params)), device.id);
  }

  async #stored(session: string): Promise<SessionMetadata | undefined> {
    try {
      return await this.#parts.store.requireStored(session);
    } catch (thrown) {
      if (thrown instanceof SessionNotFoundError) return undefined;
      throw thrown;
    }
  }
}

function heldOf({ held }: SelfRecorder, session: string): readonly HeldRecording[] {
  return held.filter((recording) => recording.session === session);
}

function isRecording(recorder: SelfRecorder, session: string): boolean {
  return heldOf(recorder, session).some(({ state }) => state === "recording");
}

function keyOf({ id }: LiveDevice, session: string, number: number): string {
  return JSON.stringify([id, session, number]);
}

/** What of a device's files its session does not have. */
function leftOf(files: readonly HeldFile[], known: SessionMetadata["files"][string]): readonly HeldFile[] {
  return files.filter(({ sha256 }) => !known.some((entry) => entry.complete && entry.sha256 === sha256));
}

/** What the session has, its device may delete. */
function tellStored(
  recorder: SelfRecorder,
  { session, number }: HeldRecording,
  files: SessionMetadata["files"][string],
): void {
  for (const { file_id: fileId, recording, complete, sha256 } of files)
    if (fileId !== undefined && recording === number && complete && sha256 !== null)
      recorder.stored({ session, number, fileId, sha256 });
}
