/** Bytes exactly as received, stamped with hub microseconds on arrival. */
export type ChunkListener = (bytes: Uint8Array, arrivalUs: number) => void;

/** A byte pipe to a device. Neither end is a frame boundary. */
export interface Transport {
  /** Opens the pipe. Throws `DeviceError`: `TRANSPORT_NOT_FOUND`, `TRANSPORT_BUSY`, `TRANSPORT_NO_ACCESS`, `TRANSPORT_FAILED`. */
  open(signal: AbortSignal): Promise<void>;
  /** Resolves when the bytes were handed to the system. Throws `DeviceError` (`TRANSPORT_CLOSED`, `TRANSPORT_FAILED`). */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets go; idempotent. */
  close(): Promise<void>;
  onChunk(listener: ChunkListener): () => void;
  /** Called once when the pipe ends by itself (cable pulled, peer gone), never after `close`. */
  onClosed(listener: (reason: string) => void): () => void;
}
