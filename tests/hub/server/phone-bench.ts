import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemTimers, type PhoneLink, type PhoneLinkListener, type RefusedBlock } from "@polychron/devices";
import {
  CLOCK_NAMESPACE,
  encodeBlock,
  PHONE_NAMESPACE,
  type PhoneEvent,
  type PhoneHello,
  type PhoneRefusal,
  type PhoneStatus,
  type PhoneWelcome,
  type ProbeReply,
  type WireBlock,
} from "@polychron/protocol";
import type { Timers } from "@polychron/session/model";
import { io, type Socket } from "socket.io-client";
import { writeHubDocument } from "../../../apps/hub/src/hub-document.js";
import { PairedPhones } from "../../../apps/hub/src/security/paired-phones.js";
import { Pairing } from "../../../apps/hub/src/security/pairing.js";
import type { ConnectionEnd } from "../../../apps/hub/src/server/connection-ends.js";
import { PhoneDirectory } from "../../../apps/hub/src/server/phone-directory.js";
import { systemClock } from "../../../apps/hub/src/system-clock.js";
import { DoorBench } from "./door-bench.js";

/** A hello that the hub takes. */
export const HELLO = {
  protocol: "1.0",
  boot_id: "boot1",
  clock: { id: "boot1", quant_s: 1e-9 },
  model: "Emulated phone",
  app: "bench 1",
  os: "none",
  capabilities: ["motion_data"],
  streams: [
    {
      stream: "imu",
      nominal_rate_hz: 100,
      channels: [
        { name: "accel_x_mps2", unit: "m/s²", kind: "calibrated", description: "along x" },
        { name: "accel_y_mps2", unit: "m/s²", kind: "calibrated", description: "along y" },
      ],
    },
  ],
  simulated: true,
};

/** A block of the stream in `HELLO`: two channels that count. */
export function blockBytes(firstSeq: number, samples = 4, change: Partial<WireBlock> = {}): Uint8Array {
  const deviceTimeS = Float64Array.from({ length: samples }, (_, row) => (firstSeq + row) / 100);
  const channel = Float64Array.from({ length: samples }, (_, row) => firstSeq + row);
  return encodeBlock({ streamIndex: 0, firstSeq, skips: false, deviceTimeS, channels: [channel, channel], ...change });
}

/** What a phone's driver would hear; writes down all of it. */
export class HeardPhone implements PhoneLinkListener {
  readonly hellos: PhoneHello[] = [];
  readonly seqs: number[] = [];
  readonly refusedBlocks: RefusedBlock[] = [];
  readonly statuses: PhoneStatus[] = [];
  readonly events: PhoneEvent[] = [];
  readonly gone: string[] = [];
  readonly probes: { reply: ProbeReply | undefined; t1Us: number; atUs: number }[] = [];
  readonly link: PhoneLink;
  #changed: () => void = () => undefined;

  constructor(link: PhoneLink) {
    this.link = link;
    link.listen(this);
  }

  onHello(hello: PhoneHello): Record<string, number> {
    this.hellos.push(hello);
    this.#changed();
    return { imu: this.seqs.length };
  }

  onBlock(block: WireBlock): void {
    for (let row = 0; row < block.deviceTimeS.length; row++) this.seqs.push(block.firstSeq + row);
    this.#changed();
  }

  onRefused(refused: RefusedBlock): void {
    this.refusedBlocks.push(refused);
    this.#changed();
  }

  onStatus(status: PhoneStatus): void {
    this.statuses.push(status);
    this.#changed();
  }

  /** What becomes of an event; the default writes it down at once. */
  keep: (event: PhoneEvent) => Promise<void> = () => Promise.resolve();

  onEvent(event: PhoneEvent): Promise<void> {
    this.events.push(event);
    this.#changed();
    return this.keep(event);
  }

  onGone(reason: string): void {
    this.gone.push(reason);
    this.#changed();
  }

  onProbe(reply: ProbeReply | undefined, t1Us: number, atUs: number): void {
    this.probes.push({ reply, t1Us, atUs });
    this.#changed();
  }

  /** Resolves as soon as something that was heard makes it true. */
  async until(isTrue: (heard: this) => boolean): Promise<void> {
    while (!isTrue(this)) await new Promise<void>((resolve) => (this.#changed = resolve));
  }
}

/** What a hub keeps of phones, without its doors. */
class PhoneWorld {
  readonly directory = new PhoneDirectory();
  readonly paired: PairedPhones;
  readonly pairing: Pairing;
  readonly ends: ConnectionEnd[] = [];
  readonly faults: unknown[] = [];
  /** By device id. */
  readonly heard = new Map<string, HeardPhone>();
  /** What admission does; the default makes a listener for every phone. */
  admit: (link: PhoneLink) => Promise<string> = async (link) => this.#device(link);

  constructor(folder: string) {
    this.paired = new PairedPhones({
      path: join(folder, "paired.json"),
      write: writeHubDocument,
      utcMs: () => systemClock().utcUs() / 1000,
    });
    this.pairing = new Pairing(this.paired, () => performance.now());
  }

  #device(link: PhoneLink): string {
    const known = [...this.heard].find(([, heard]) => heard.link === link);
    if (known !== undefined) return known[0];
    const id = `phone_${this.heard.size + 1}`;
    this.heard.set(id, new HeardPhone(link));
    return id;
  }
}

/** A hub whose doors are open to phones, on a free port of this computer. */
export class PhoneBench {
  readonly world: PhoneWorld;
  readonly doors: DoorBench;
  readonly #folder: { path: string; isOwn: boolean };
  readonly #sockets: Socket[] = [];

  private constructor(world: PhoneWorld, doors: DoorBench, folder: { path: string; isOwn: boolean }) {
    this.world = world;
    this.doors = doors;
    this.#folder = folder;
  }

  /** With a folder: a hub that finds there what another one has left. */
  static async open(options: { folder?: string; timers?: Timers; host?: string } = {}): Promise<PhoneBench> {
    const path = options.folder ?? mkdtempSync(join(tmpdir(), "polychron-phones-"));
    const world = new PhoneWorld(path);
    const phones = {
      ...{ directory: world.directory, paired: world.paired, pairing: world.pairing },
      clock: systemClock(),
      timers: options.timers ?? systemTimers,
      hub: { name: "bench", version: "1" },
      admit: (link: PhoneLink) => world.admit(link),
      onFault: (thrown: unknown) => void world.faults.push(thrown),
    };
    const doors = await DoorBench.open({}, 10_000, {
      ...(options.host !== undefined && { host: options.host }),
      ...{ phones, onEnd: (end) => void world.ends.push(end) },
    });
    return new PhoneBench(world, doors, { path, isOwn: options.folder === undefined });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.disconnect();
    await this.doors.close();
    if (this.#folder.isOwn) rmSync(this.#folder.path, { recursive: true });
  }

  /** A phone's token, as pairing gives it. */
  async token(name = "phone"): Promise<string> {
    return (await this.world.pairing.redeem(this.world.pairing.issue().code, name)).token;
  }

  /** A connection that was let in; rejects with the refusal. */
  async connect(token: string, namespace = PHONE_NAMESPACE, transport = "websocket"): Promise<Socket> {
    const socket = io(this.doors.doors.url + namespace, {
      ...{ auth: { token }, transports: [transport], reconnection: false, forceNew: true },
    });
    this.#sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    return socket;
  }

  /** A phone that has said hello and was welcomed, and what the hub hears of it. */
  async join(token?: string, hello: object = {}): Promise<JoinedPhone> {
    const socket = await this.connect(token ?? (await this.token()));
    const welcome = (await say(socket, "hello", { ...HELLO, ...hello })) as PhoneWelcome;
    if (!welcome.ok) throw new Error(JSON.stringify(welcome));
    return { socket, welcome, heard: this.world.heard.get(welcome.device)! };
  }

  clock(token: string): Promise<Socket> {
    return this.connect(token, CLOCK_NAMESPACE);
  }
}

/** A phone at work. */
export interface JoinedPhone {
  readonly socket: Socket;
  readonly welcome: PhoneWelcome;
  readonly heard: HeardPhone;
}

/** Sends anything under any name and waits for the answer. */
export function say(socket: Socket, name: string, ...values: unknown[]): Promise<unknown> {
  return socket.timeout(10_000).emitWithAck(name, ...values) as Promise<unknown>;
}

/** The next thing that comes under a name. */
export function next<Value>(socket: Socket, name: string): Promise<Value> {
  return new Promise((resolve) => socket.once(name, resolve));
}

/** The refusal of the next message that has no acknowledgement. */
export function refused(socket: Socket): Promise<PhoneRefusal> {
  return next<PhoneRefusal>(socket, "error");
}
