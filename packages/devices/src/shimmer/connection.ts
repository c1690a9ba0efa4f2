import type { JsonObject, StreamInfo } from "@polychron/session/model";
import type { DeviceIdentity, DriverSink, ProbeExchange } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { MonotonicClock, Timers } from "../timing.js";
import type { Transport } from "../transport/transport.js";
import { isUnanswered, readClockCommand, readingTicks, readsCounter } from "./clock-reading.js";
import { firmwareText, hasFeature, isEmulated, modelText, type ShimmerFacts } from "./facts.js";
import type { Inquiry } from "./inquiry.js";
import { inquire, interview, READ_BATTERY, READ_STATUS, type Ask } from "./interview.js";
import { brokenCalibrations } from "./kinematics.js";
import { ShimmerLink } from "./link.js";
import type { Notices } from "./notices.js";
import { OP, STATUS_BITS, TICK_HZ } from "./opcodes.js";
import { SampleFlow, type FlowEnd, type FlowStart } from "./sample-flow.js";
import { confirmedSettings, settingCommands, type ShimmerSettings } from "./settings.js";
import { planStream, type StreamPlan } from "./stream-plan.js";

/** What a connection needs. */
export interface ConnectionPorts {
  readonly transport: Transport;
  readonly address: string;
  readonly sink: DriverSink;
  readonly notices: Notices;
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  readonly simulated: boolean;
  onLost(reason: string): void;
}

const DRIVER = "polychron-shimmer 1";
const START: Uint8Array = Uint8Array.of(OP.startStreaming);
const STOP: Uint8Array = Uint8Array.of(OP.stopStreaming);
const NO_SAMPLE_YET: FlowEnd = { nextSeq: 0, ticks: Number.NaN, arrivalUs: Number.NaN };

/** One Shimmer at the other end of a link: what it said of itself, its configuration, its stream. */
export class ShimmerConnection {
  readonly #ports: ConnectionPorts;
  readonly #link: ShimmerLink;
  #facts: ShimmerFacts | undefined;
  #setup: { readonly inquiry: Inquiry; readonly plan: StreamPlan } | undefined;
  #flow: SampleFlow | undefined;
  /** Where the last stream ended: numbers never go back, whatever happens to the connection. */
  #end = NO_SAMPLE_YET;
  /** Each start of the stream may be another run of the counter. */
  #clock = { run: 0, isReadable: false };

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
    this.#link = new ShimmerLink({
      ...ports,
      onPacket: (bytes, at, arrivalUs) => this.#flow?.onPacket(bytes, at, arrivalUs),
      onChunkEnd: () => this.#flow?.flush(),
      onUnasked: (control) => ports.notices.unasked(control),
      onClosed: (reason) => ports.onLost(reason),
    });
  }

  /** The stream under the settings in force. Throws `DEVICE_STATE_INVALID` before the device has answered. */
  get info(): StreamInfo {
    if (this.#setup !== undefined) return this.#setup.plan.info;
    throw new DeviceError("DEVICE_STATE_INVALID", { command: "streams", phase: "closed", hint: "Connect it first." });
  }

  /** Whether what it answers when asked for its clock is the counter of its packets. */
  get isClockReadable(): boolean {
    return this.#clock.isReadable;
  }

  get lastByteUs(): number {
    return this.#link.lastByteUs;
  }

  /** What the framer has thrown away since the driver was made. */
  get discarded(): { readonly bytes: number; readonly badChecksums: number } {
    return { bytes: this.#link.framer.discardedBytes, badChecksums: this.#link.framer.badChecksums };
  }

  /** The settings as the device has them; as asked while it has not answered. */
  confirmed(asked: ShimmerSettings): JsonObject {
    return this.#setup === undefined
      ? { ...asked, sensors: [...asked.sensors] }
      : confirmedSettings(asked, this.#setup.inquiry, hasFeature(this.#facts!, "crc"));
  }

  /** Opens the pipe, asks who is there, applies the settings. Throws `SHIMMER_*` (`SHIMMER_NOT_THE_SAME` on a return), `TRANSPORT_*`. */
  async open(settings: ShimmerSettings, signal: AbortSignal): Promise<DeviceIdentity> {
    await this.#link.open(signal);
    const facts = await interview(asker(this.#link, signal));
    if (this.#facts !== undefined && this.#facts.mac !== facts.mac) {
      const params = { address: this.#ports.address, found: facts.mac, expected: this.#facts.mac };
      throw new DeviceError("SHIMMER_NOT_THE_SAME", params);
    }
    for (const error of brokenCalibrations(facts)) this.#ports.notices.fault(error);
    this.#facts = facts;
    await this.configure(settings, signal);
    return identityOf(facts, this.#ports.simulated || isEmulated(facts.mac));
  }

  /** Applies settings to a stopped device and reads back what it made of them. Throws `SHIMMER_*`, `TRANSPORT_*`. */
  async configure(settings: ShimmerSettings, signal: AbortSignal): Promise<void> {
    const facts = this.#facts!;
    const ask = asker(this.#link, signal);
    if (hasFeature(facts, "crc")) await setCrc(this.#link, ask, settings.crc);
    for (const command of settingCommands(settings)) await ask(command);
    const inquiry = await inquire(ask, facts.hardware);
    this.#setup = { inquiry, plan: planStream(inquiry, facts) };
  }

  /** Starts the stream, joined to the last one when that was lost. Throws `SHIMMER_NO_ACK`, `SHIMMER_NOT_STREAMING`, `TRANSPORT_*`. */
  async start(signal: AbortSignal, isReturn: boolean): Promise<void> {
    const { plan } = this.#setup!;
    const end = this.#end;
    const start: FlowStart = isReturn ? { kind: "resumed", end } : { kind: "started", nextSeq: end.nextSeq };
    this.#flow = new SampleFlow(plan, this.#facts!.hardware, start, {
      onBlock: (block) => this.#ports.sink.onBlock(block),
      onGap: (gap, atUs) => this.#ports.notices.gap(plan.info.fileType, gap, atUs),
    });
    this.#link.expect(this.#flow.shape);
    const ask = asker(this.#link, signal);
    try {
      await ask({ bytes: START });
      const status = hasFeature(this.#facts!, "status") ? await requireStreaming(ask) : undefined;
      this.#clock = { run: this.#clock.run + 1, isReadable: readsCounter(this.#facts!, status) };
    } catch (thrown) {
      this.endFlow();
      throw thrown;
    }
  }

  /** Stops the stream; what the device still sends belongs to it. Old firmware may lose the confirmation: then quiet is taken for it. */
  async stop(signal: AbortSignal): Promise<void> {
    try {
      await this.#link.command({ bytes: STOP }, signal);
    } catch (thrown) {
      if (!(thrown instanceof DeviceError) || thrown.code !== "SHIMMER_NO_ACK") throw thrown;
    } finally {
      this.endFlow();
    }
    await this.#link.drain({ quietMs: 300, capMs: 3_000 }, signal);
  }

  /** Hands over the last samples; from now on only answers are expected. */
  endFlow(): void {
    if (this.#flow === undefined) return;
    this.#link.flush();
    this.#end = this.#flow.end();
    this.#flow = undefined;
    this.#link.expect(undefined);
  }

  /** Lets go; a streaming device is told to stop, without waiting for its answer. Throws `TRANSPORT_FAILED`. */
  async close(isStreaming: boolean): Promise<void> {
    this.endFlow();
    // The pipe may be gone already; a device that missed this is stopped at the next connect.
    if (isStreaming) await this.#ports.transport.write(STOP).catch(() => undefined);
    await this.#link.close();
  }

  /** Asks for the battery and tells it. */
  async readBattery(signal: AbortSignal): Promise<void> {
    if (!hasFeature(this.#facts!, "battery")) return;
    this.#ports.notices.battery(await this.#link.command(READ_BATTERY, signal));
  }

  /**
   * Reads the device's clock while it streams; undefined where it cannot be read as the counter of its packets, or has
   * sent none yet. Throws `TRANSPORT_*`.
   */
  async readClock(signal: AbortSignal): Promise<ProbeExchange | undefined> {
    const flow = this.#flow;
    if (flow === undefined || !this.#clock.isReadable || Number.isNaN(flow.newestTicks)) return undefined;
    const { clock } = this.#ports;
    const asked = { t1S: clock.nowUs() / 1e6, clockId: `counter-${this.#clock.run}`, quantS: 1 / TICK_HZ };
    try {
      const payload = await this.#link.command(
        readClockCommand(() => (asked.t1S = clock.nowUs() / 1e6)),
        signal,
      );
      const t4S = this.#link.lastByteUs / 1e6;
      const ticks = flow === this.#flow ? readingTicks(payload, flow.newestTicks) : undefined;
      if (ticks !== undefined) return { ...asked, t2S: ticks / TICK_HZ, t3S: ticks / TICK_HZ, t4S };
    } catch (thrown) {
      if (!isUnanswered(thrown)) throw thrown;
    }
    return { ...asked, t2S: null, t3S: null, t4S: null };
  }
}

function asker(link: ShimmerLink, signal: AbortSignal): Ask {
  return (command) => link.command(command, signal);
}

/** The confirmation already follows the new mode. */
async function setCrc(link: ShimmerLink, ask: Ask, wanted: boolean): Promise<void> {
  link.setCrc(wanted ? 2 : 0);
  await ask({ bytes: Uint8Array.of(OP.setCrcMode, wanted ? 2 : 0) });
}

/** A start is confirmed even when it has no effect, as on the dock: only the status tells. */
async function requireStreaming(ask: Ask): Promise<number> {
  const [status = 0] = await ask(READ_STATUS);
  if ((status & STATUS_BITS.streaming) !== 0) return status;
  throw new DeviceError("SHIMMER_NOT_STREAMING", { status: `0x${status.toString(16).padStart(2, "0")}` });
}

function identityOf(facts: ShimmerFacts, simulated: boolean): DeviceIdentity {
  const suffix = facts.mac.slice(-4);
  return {
    hardwareId: `shimmer:${facts.mac}`,
    proposedId: `shimmer_${suffix}`,
    deviceType: "shimmer_gsr",
    label: `${modelText(facts)} ${suffix.toUpperCase()}`,
    capabilities: ["gsr_data", "motion_data"],
    firmware: firmwareText(facts.firmware),
    driver: DRIVER,
    simulated,
  };
}
