import { randomUUID } from "node:crypto";
import { emulateOnLoopback, ShimmerDriver, type Candidate, type EmulatedPipe } from "@polychron/devices";
import type { CommandInput, CommandResult, HubSnapshot, SessionView } from "@polychron/protocol";
import { utcUs, type Clock, type JsonObject, type SessionEvent, type Timers } from "@polychron/session/model";
import { MemoryFiles, SessionReader, SessionStore, type FileSystem } from "@polychron/session/store";
import { pino } from "pino";
import { loadHubConfig } from "../../apps/hub/src/config.js";
import { Hub } from "../../apps/hub/src/hub.js";
import { DeviceBook } from "../../apps/hub/src/record/device-book.js";
import { PhoneDesk } from "../../apps/hub/src/record/phone-desk.js";
import type { ConvertVideo } from "../../apps/hub/src/record/video-conversions.js";
import { PairedPhones } from "../../apps/hub/src/security/paired-phones.js";
import { Pairing } from "../../apps/hub/src/security/pairing.js";
import { DeviceRegistry, type Family } from "../../apps/hub/src/record/device-registry.js";
import { RecentFaults } from "../../apps/hub/src/recent-faults.js";
import type { HubConfig } from "../../apps/hub/src/settings.js";
import { errorReport } from "@polychron/session/model";
import { HandTime } from "../devices/hand-time.js";

type WithoutId<Value> = Value extends unknown ? Omit<Value, "command_id"> : never;
/** A command without its id. */
export type Order = WithoutId<CommandInput>;

const FOLDER = "/rec";
const PASS_MS = 20;
const PATIENCE_MS = 60_000;

/** What a bench is made with. */
export interface BenchOptions {
  /** How many Shimmers there are. */
  readonly devices?: number;
  readonly config?: Partial<HubConfig>;
  readonly memory?: MemoryFiles;
  /** What the hub writes through; the memory itself when absent. */
  readonly files?: FileSystem;
  readonly bookPath?: string;
  /** Further families beside the Shimmers. */
  readonly families?: (world: { clock: Clock; timers: Timers }) => readonly Family[];
  readonly convertVideo?: ConvertVideo;
  /** Wall clock at the start; an afternoon in July when absent. */
  readonly startUtcUs?: number;
}

/** A whole hub without its doors: real sessions on a disk in memory, real drivers, emulated Shimmers, time moved by hand. */
export class HubBench {
  readonly time = new HandTime();
  readonly clock: Clock;
  readonly memory: MemoryFiles;
  readonly pipes: readonly EmulatedPipe[];
  /** By so much the time of day was set since the start. */
  wallStepUs = 0;
  /** How many recordings keep the computer awake. */
  awakeHolds = 0;
  #sleptS = 0;
  readonly #files: FileSystem;
  readonly #options: BenchOptions;
  #hub: Hub | undefined;
  #store: SessionStore | undefined;
  #registry: DeviceRegistry | undefined;

  private constructor(options: BenchOptions) {
    this.#options = options;
    this.memory = options.memory ?? new MemoryFiles(FOLDER);
    this.#files = options.files ?? this.memory;
    const startUs = options.startUtcUs ?? Date.UTC(2025, 6, 31, 12, 30, 22) * 1000;
    this.clock = {
      bootId: randomUUID(),
      nowUs: () => this.time.nowUs(),
      utcUs: () => utcUs(startUs + this.wallStepUs + this.time.nowUs()),
      zoneOffsetMin: () => 120,
    };
    this.pipes = Array.from({ length: options.devices ?? 1 }, (_, index) =>
      emulateOnLoopback({
        clock: this.clock,
        timers: this.time,
        seed: index + 1,
        macSuffix: `00a${index + 1}`,
        driftPpm: 20 * index,
      }),
    );
  }

  static async open(options: BenchOptions = {}): Promise<HubBench> {
    const bench = new HubBench(options);
    await bench.start();
    return bench;
  }

  get hub(): Hub {
    return this.#hub!;
  }

  get store(): SessionStore {
    return this.#store!;
  }

  /** The devices of the present run of the hub. */
  get registry(): DeviceRegistry {
    return this.#registry!;
  }

  get snapshot(): HubSnapshot {
    return this.hub.port.snapshot();
  }

  /** A hub over what is on the disk: the first, or the next after a stop or a crash. */
  async start(): Promise<void> {
    const { clock, time, memory } = this;
    const files = this.#files;
    const faults = new RecentFaults(clock);
    const entries = await memory.list(FOLDER);
    const software = { name: "polychron", version: "0.0.0" };
    const onFault = (thrown: unknown): void => faults.add(errorReport(thrown), null);
    const config = {
      ...loadHubConfig({ flags: { recordings: FOLDER }, env: {}, workingFolder: "/" }),
      ...this.#options.config,
    };
    const { createPolicy } = config;
    this.#store = await SessionStore.open({
      files,
      clock,
      timers: time,
      folder: FOLDER,
      software,
      createPolicy,
      onFault,
    });
    const book = new DeviceBook(this.#options.bookPath ?? "/nowhere/devices.json", () => Promise.resolve());
    const families = [this.#family(), ...(this.#options.families?.({ clock, timers: time }) ?? [])];
    const registry = new DeviceRegistry({ families, book, timers: time });
    this.#registry = registry;
    const utcMs = (): number => clock.utcUs() / 1000;
    const paired = new PairedPhones({ path: "/nowhere/paired.json", write: () => Promise.resolve(), utcMs });
    const pairing = new Pairing(paired, () => time.nowUs() / 1000);
    this.#hub = new Hub({
      ...{ clock, timers: time, files, config, faults, entries, software, book },
      ...{ store: this.#store, registry, log: pino({ level: "silent" }) },
      phones: new PhoneDesk({ pairing, paired, book, registry, addresses: () => [] }),
      convertVideo: this.#options.convertVideo ?? (() => Promise.reject(new Error("there is no ffmpeg on this bench"))),
      fence: () => Promise.resolve(),
      keepAwake: () => {
        this.awakeHolds += 1;
        return () => void (this.awakeHolds -= 1);
      },
      uptimeS: () => this.time.nowUs() / 1e6 + this.#sleptS,
    });
    await this.during(this.hub.start());
  }

  /** As SIGTERM ends it. */
  async stop(): Promise<void> {
    await this.during(this.hub.stop());
    await this.during(this.#registry!.close());
    await this.during(this.store.close());
  }

  /** As SIGKILL ends it: this hub is never heard of again, and the next finds what was written. */
  async killed(): Promise<HubBench> {
    await this.during(this.#registry!.close());
    return HubBench.open({ ...this.#options, memory: this.memory.afterKill(), startUtcUs: this.clock.utcUs() });
  }

  /** The computer sleeps: its monotonic clock stands still. */
  sleep(forS: number): void {
    this.#sleptS += forS;
    this.wallStepUs += forS * 1e6;
  }

  /** Time goes on until the work is done. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const ended = work.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    for (let passedMs = 0; !isDone && passedMs < PATIENCE_MS; passedMs += PASS_MS) await this.time.pass(PASS_MS);
    await ended;
    return work;
  }

  send(order: Order, commandId: string = randomUUID()): Promise<CommandResult> {
    return this.during(this.hub.port.desk.take({ command_id: commandId, ...order }, { by: "operator:test" }));
  }

  /** The result of a command that must succeed. */
  async order(order: Order): Promise<JsonObject> {
    const answer = await this.send(order);
    if (!answer.ok) throw new Error(`${order.kind}: ${answer.error.code} ${answer.error.message}`);
    return answer.result as JsonObject;
  }

  /** The code with which a command is refused; "ok" when it is not. */
  async codeOf(order: Order): Promise<string> {
    const answer = await this.send(order);
    return answer.ok ? "ok" : answer.error.code;
  }

  /** Connects device n = 1, 2, … and returns its id. */
  async connect(number = 1): Promise<string> {
    return String(
      (await this.order({ kind: "connect_device", family: "shimmer", address: address(number) }))["device"],
    );
  }

  async create(part: Partial<Extract<Order, { kind: "create_session" }>> = {}): Promise<string> {
    return String((await this.order({ kind: "create_session", name: "bench", ...part }))["session"]);
  }

  view(session: string): SessionView {
    return this.snapshot.sessions.find((view) => view.id === session)!;
  }

  /** What the session's log says on the disk. */
  async events(session: string): Promise<SessionEvent[]> {
    const reader = await SessionReader.open(this.memory, FOLDER, session);
    const events = [];
    for await (const event of reader.events()) events.push(event);
    return events;
  }

  async reader(session: string): Promise<SessionReader> {
    return SessionReader.open(this.memory, FOLDER, session);
  }

  #family(): Family {
    const { clock, time: timers } = this;
    return {
      family: "shimmer",
      discover: () => Promise.resolve(this.pipes.map((_, index) => candidate(index + 1))),
      create: ({ address }, settings, sink) => {
        const { transport } = this.pipes[Number(address.split(":")[1]) - 1]!;
        return new ShimmerDriver({
          transport,
          address,
          sink,
          clock,
          timers,
          simulated: true,
          settings,
          random: () => 0.5,
        });
      },
    };
  }
}

/** Where device n is. */
export function address(number: number): string {
  return `pipe:${number}`;
}

function candidate(number: number): Candidate {
  return { family: "shimmer", address: address(number), label: `Shimmer ${number}`, simulated: true };
}
