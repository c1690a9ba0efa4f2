import { CHIRP, chirpAt } from "@polychron/session/model";

/** When a chirp began, page milliseconds, and how far that may be off. */
export interface PlayedChirp {
  readonly beginMs: number;
  readonly uncertainMs: number;
}

/** What even an honest sound card hides. */
const LEAST_UNCERTAIN_MS = 5;
/** Sound that is to begin sooner begins late. */
const SOONEST_S = 0.02;

/** Plays the chirp at a moment of the page's clock, by the clock of the sound card. */
export class ChirpPlayer {
  #context: AudioContext | undefined;

  /** Must be called while a person presses something: without that a browser plays nothing. */
  wake(): void {
    this.#context ??= new AudioContext();
    // A browser that refuses stays silent, which `play` then says.
    this.#context.resume().catch(() => undefined);
  }

  /** Null where this page may not play, or nothing plays. */
  play(atMs: number): PlayedChirp | null {
    const context = this.#context;
    if (context?.state !== "running") return null;
    const { contextTime: soundS, performanceTime: pageMs } = context.getOutputTimestamp();
    if (soundS === undefined || pageMs === undefined || pageMs === 0) return null;
    const wantedS = soundS + (atMs - pageMs) / 1000;
    const beginS = Math.max(wantedS, context.currentTime + SOONEST_S);
    const source = new AudioBufferSourceNode(context, { buffer: chirpBuffer(context) });
    source.connect(context.destination);
    source.start(beginS);
    const latencyMs = (context.outputLatency || context.baseLatency) * 1000;
    return { beginMs: pageMs + (beginS - soundS) * 1000, uncertainMs: Math.max(LEAST_UNCERTAIN_MS, latencyMs) };
  }
}

function chirpBuffer(context: AudioContext): AudioBuffer {
  const { sampleRate } = context;
  const buffer = context.createBuffer(1, Math.ceil(CHIRP.lengthS * sampleRate) + 1, sampleRate);
  const samples = buffer.getChannelData(0);
  for (let n = 0; n < samples.length; n++) samples[n] = chirpAt(n / sampleRate);
  return buffer;
}
