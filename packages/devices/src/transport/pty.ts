import { lstatSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { DeviceError } from "../errors.js";
import { Listeners } from "../listeners.js";
import type { DevicePort } from "./loopback.js";
import { startSocat, type Socat } from "./socat.js";

/** Where a pseudo-terminal goes, and who is told when it cannot come back. */
export interface PtyOptions {
  /** The path under which the host opens the port; a link to a terminal is replaced, anything else is left alone. */
  readonly link: string;
  /** The port ended and could not be made again. */
  onFailure(error: DeviceError): void;
  /** The program; `socat` on the path when absent. */
  readonly socat?: string;
}

/**
 * The device's end of a kernel pseudo-terminal, made by socat: to the host a serial port like any other. Each time the
 * host leaves, the port is made anew, so that the device knows it.
 */
export class PtyPort implements DevicePort {
  readonly #options: PtyOptions;
  readonly #received = new Listeners<[bytes: Uint8Array]>();
  readonly #link = new Listeners<[isUp: boolean]>();
  readonly #path: PortPath;
  #socat: Socat | undefined;
  #isUp = false;
  #isWanted = true;
  #onGone = (): void => undefined;

  private constructor(options: PtyOptions) {
    this.#options = options;
    this.#path = new PortPath(options.link);
  }

  /** Resolves when the link exists. Throws `PTY_UNAVAILABLE`. */
  static async open(options: PtyOptions): Promise<PtyPort> {
    const port = new PtyPort(options);
    await new Promise<void>((resolve, reject) => port.#start(resolve, reject));
    return port;
  }

  send(bytes: Uint8Array): boolean {
    return this.#isUp && this.#socat !== undefined && this.#socat.send(bytes);
  }

  onReceived(listener: (bytes: Uint8Array) => void): () => void {
    return this.#received.add(listener);
  }

  onLink(listener: (isUp: boolean) => void): () => void {
    return this.#link.add(listener);
  }

  cut(): void {
    this.#isWanted = false;
    this.#path.remove();
    this.#setUp(false);
    this.#socat?.kill();
  }

  restore(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    if (this.#socat === undefined) this.#startAgain();
  }

  /** Removes the port; resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#socat === undefined) return this.cut();
    const gone = new Promise<void>((resolve) => (this.#onGone = resolve));
    this.cut();
    await gone;
  }

  #start(onReady: () => void, onFailure: (error: DeviceError) => void): void {
    let isMade = false;
    this.#socat = startSocat(this.#options.socat ?? "socat", {
      onTerminal: (terminal) => {
        isMade = true;
        this.#show(terminal, onReady, onFailure);
      },
      onHost: () => this.#setUp(this.#isWanted),
      onBytes: (bytes) => {
        this.#setUp(this.#isWanted);
        this.#received.call(bytes);
      },
      onEnd: ({ reason, wasKilled }) => {
        this.#ended();
        // One that never made a terminal would not make it the next time either.
        if (!isMade && !wasKilled) onFailure(unavailable(`socat ended: ${reason}`));
        else if (this.#isWanted) this.#startAgain();
      },
    });
  }

  #startAgain(): void {
    this.#start(
      () => undefined,
      (error) => this.#options.onFailure(error),
    );
  }

  #ended(): void {
    this.#path.remove();
    this.#socat = undefined;
    this.#setUp(false);
    this.#onGone();
  }

  #setUp(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#link.call(isUp);
  }

  #show(terminal: string, onReady: () => void, onFailure: (error: DeviceError) => void): void {
    if (!this.#isWanted) return;
    try {
      this.#path.lead(terminal);
      onReady();
    } catch (thrown) {
      onFailure(thrown as DeviceError);
      this.cut();
    }
  }
}

/** The path under which the present terminal can be opened. */
class PortPath {
  readonly #path: string;
  #terminal: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws `PTY_UNAVAILABLE`. */
  lead(terminal: string): void {
    try {
      const standing = whatStandsAt(this.#path);
      if (standing === "foreign") throw new Error("something else stands there");
      if (standing !== "nothing") unlinkSync(this.#path);
      symlinkSync(terminal, this.#path);
    } catch (cause) {
      throw unavailable(`no link can be made at ${this.#path}: ${(cause as Error).message}`, cause);
    }
    this.#terminal = terminal;
  }

  /** Takes the link away, if it is still this port's own. */
  remove(): void {
    if (this.#terminal !== undefined && whatStandsAt(this.#path) === this.#terminal) unlinkSync(this.#path);
    this.#terminal = undefined;
  }
}

/** The terminal that a link leads to, or what else is at the path. */
function whatStandsAt(link: string): string {
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found === undefined) return "nothing";
  const target = found.isSymbolicLink() ? readlinkSync(link) : "";
  return /^\/dev\/(pts\/|tty)/.test(target) ? target : "foreign";
}

function unavailable(reason: string, cause?: unknown): DeviceError {
  return new DeviceError("PTY_UNAVAILABLE", { reason }, cause);
}
