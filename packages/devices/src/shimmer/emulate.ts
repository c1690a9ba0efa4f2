import type { DeviceError } from "../errors.js";
import type { OrderedFault } from "../ordered-fault.js";
import { loopback } from "../transport/loopback.js";
import { PtyPort } from "../transport/pty.js";
import type { Transport } from "../transport/transport.js";
import { ShimmerEmulator } from "./emulator.js";
import type { ShimmerEmulatorOptions } from "./emulator/options.js";

/** An emulator behind a port that a host can open by its path. */
export interface EmulatedPort {
  readonly link: string;
  /** The device's address, twelve lower-case hex digits. */
  readonly mac: string;
  /** Orders a fault, timed from now. Throws `DEVICE_STATE_INVALID`. */
  order(fault: OrderedFault): void;
  /** Switches the device off and removes the port. */
  close(): Promise<void>;
}

/** Where the port appears, and who is told when it cannot be kept. */
export interface EmulatedPortOptions extends ShimmerEmulatorOptions {
  /** Path of the link to the port. */
  readonly link: string;
  /** The port ended and could not be made again; without a listener the process ends with this error. */
  readonly onFailure?: (error: DeviceError) => void;
}

/** Runs an emulator behind a kernel pseudo-terminal. Throws `PTY_UNAVAILABLE` (no socat, or the path is taken). */
export async function emulateOnPty(options: EmulatedPortOptions): Promise<EmulatedPort> {
  const { link, onFailure = rethrow } = options;
  const port = await PtyPort.open({ link, onFailure });
  const emulator = new ShimmerEmulator(port, options);
  return {
    link,
    mac: emulator.mac,
    order: (fault) => emulator.order(fault),
    close: () => {
      emulator.close();
      return port.close();
    },
  };
}

/** An emulator at the end of an in-memory pipe. */
export interface EmulatedPipe {
  /** The host's end, for a driver. */
  readonly transport: Transport;
  readonly mac: string;
  /** Orders a fault, timed from now. Throws `DEVICE_STATE_INVALID`. */
  order(fault: OrderedFault): void;
  close(): Promise<void>;
}

/** Runs an emulator behind an in-memory pipe, for platforms without pseudo-terminals and for tests. */
export function emulateOnLoopback(options: ShimmerEmulatorOptions): EmulatedPipe {
  const { transport, port } = loopback(options.clock, "emulator");
  const emulator = new ShimmerEmulator(port, options);
  return {
    transport,
    mac: emulator.mac,
    order: (fault) => emulator.order(fault),
    close: () => {
      emulator.close();
      return transport.close();
    },
  };
}

function rethrow(error: DeviceError): never {
  throw error;
}
