import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HubClient, programFile } from "@polychron/hub";
import { PAIR_PATH } from "@polychron/protocol";

/** A hub in a process of its own, with one page open on it until it is left. */
export class IngestHub {
  #client: HubClient;
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(client: HubClient, url: string, child: ChildProcess) {
    this.#client = client;
    this.url = url;
    this.#child = child;
  }

  static async start(recordings: string, serialPorts: readonly string[]): Promise<IngestHub> {
    const settings = ["--port", "0", "--recordings", recordings, "--log-level", "silent"];
    const probe = ["--expose-gc", "--import", fileURLToPath(new URL("./memory-probe.js", import.meta.url))];
    const ports = serialPorts.length > 0 ? ["--serial-port", ...serialPorts] : [];
    const args = [...probe, programFile("bin/polychron.mjs"), "hub", ...settings, ...ports];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
    for await (const line of createInterface({ input: child.stdout! })) {
      const url = /https?:\/\/\S+/.exec(line)?.[0];
      if (url !== undefined) return new IngestHub(await HubClient.connect(url), url, child);
    }
    throw new Error("the hub ended before it said where it is");
  }

  get client(): HubClient {
    return this.#client;
  }

  leavePage(): void {
    this.#client.close();
  }

  async openPage(): Promise<void> {
    this.#client = await HubClient.connect(this.url);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Every port connected and streaming when this resolves. */
  async arm(serialPorts: readonly string[], rateHz: number): Promise<void> {
    const connect = { kind: "connect_device", family: "shimmer", settings: { rateHz } } as const;
    await Promise.all(serialPorts.map((address) => this.client.order({ ...connect, address })));
    await this.allArmed(serialPorts.length);
  }

  /** So many devices, all streaming. */
  async allArmed(count: number): Promise<void> {
    await this.client.until(
      ({ devices }) => devices.length === count && devices.every(({ phase }) => phase === "armed"),
      "every device streaming",
    );
  }

  /** Tokens for so many phones. */
  async pair(count: number): Promise<string[]> {
    const tokens: string[] = [];
    for (let number = 1; number <= count; number++) {
      const { code } = await this.client.order({ kind: "pair_phone" });
      const body = JSON.stringify({ code, name: `phone ${number}` });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(this.url + PAIR_PATH, { method: "POST", headers, body });
      tokens.push(((await answer.json()) as { token: string }).token);
    }
    return tokens;
  }

  /** Starts a recording in a session of its own, and returns the session's id. */
  async record(): Promise<string> {
    const session = String((await this.client.order({ kind: "create_session", name: "ingest" }))["session"]);
    await this.client.order({ kind: "start_recording", session });
    return session;
  }

  async end(session: string): Promise<void> {
    await this.client.order({ kind: "stop_recording", session });
    await this.client.order({ kind: "end_session", session });
  }

  /** What the hub's JavaScript holds once its garbage is gone, MB. */
  async heldMb(): Promise<number> {
    const answer = once(this.#child, "message");
    this.#child.send("held");
    const [{ heldMb }] = (await answer) as [{ heldMb: number }];
    return heldMb;
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.client.close();
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }
}
