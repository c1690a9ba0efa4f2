import { SYNCHRONIZE_PROCESSOR } from "@polychron/processing";
import type { Command, CommandKind } from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import type { Jobs } from "../jobs.js";
import type { CueDesk } from "../record/cue-desk.js";
import type { DeviceRegistry } from "../record/device-registry.js";
import type { PhoneDesk } from "../record/phone-desk.js";
import type { Recorder } from "../record/recorder.js";
import type { RecoveryDesk } from "../record/recovery-desk.js";
import { reportOrder } from "../jobs/report-order.js";
import type { SessionJobs } from "../jobs/session-jobs.js";
import type { CommandHandler } from "./command-desk.js";

/** The parts of the hub that commands act on. */
export interface Hands {
  readonly registry: DeviceRegistry;
  readonly recorder: Recorder;
  readonly recovery: RecoveryDesk;
  readonly work: SessionJobs;
  readonly jobs: Jobs;
  readonly cues: CueDesk;
  readonly phones: PhoneDesk;
  onChanged(): void;
}

/** Leads each command to the part that does it; decides nothing itself. */
export function commandHandler(hands: Hands): CommandHandler {
  return async (value, sender) => {
    try {
      return await obey(hands, value, sender.by);
    } finally {
      hands.onChanged();
    }
  };
}

type Obeyers = {
  readonly [Kind in CommandKind]: (
    hands: Hands,
    value: Extract<Command, { kind: Kind }>,
    by: string,
  ) => Promise<JsonObject>;
};

const OBEY: Obeyers = {
  scan_devices: async ({ registry }) => ({ found: await registry.scan() }),
  connect_device: async ({ registry }, { family, address, settings }) => ({
    device: (await registry.connect(family, address, settings as JsonObject | undefined)).id,
  }),
  disconnect_device: async ({ recorder, registry }, { device }) => {
    refuseInRecording(recorder, device);
    return done(registry.disconnect(device));
  },
  configure_device: async ({ recorder, registry }, { device, settings }) => {
    refuseInRecording(recorder, device);
    return done(registry.configure(device, settings as JsonObject));
  },
  create_session: async ({ recorder }, value, by) => ({
    session: (await recorder.create({ ...createRequest(value), by }, value.devices)).id,
  }),
  add_device: ({ recorder }, { session, device }) => done(recorder.addDevice(session, device)),
  start_recording: async ({ recorder }, { session }) => {
    const { number, startUs } = await recorder.run(session).start();
    return { recording: number, start_us: startUs };
  },
  stop_recording: async ({ recorder }, { session }) => ({ recording: (await recorder.run(session).stop()).number }),
  marker: ({ recorder }, { session, label, at_us: atUs }, by) => done(recorder.run(session).mark(label, by, atUs)),
  sync_cue: async ({ cues }, { session }, by) => ({ ...(await cues.order(session, by)) }),
  report_cue: ({ cues }, { session, cue, act, at_us: atUs, uncertainty_us: uncertaintyUs }, by) =>
    done(cues.report({ session, cue, act, atUs, uncertaintyUs, by })),
  note: ({ recorder }, { session, text }, by) => done(recorder.run(session).session.note({ text, by })),
  end_session: async ({ recorder }, { session, without_missing: withoutMissing }, by) => ({
    ...(await recorder.end(session, { by, withoutMissing })),
  }),
  pair_phone: async ({ phones }) => ({ ...phones.pair() }),
  unpair_phone: async ({ phones, recorder }, { device }) => {
    refuseInRecording(recorder, device);
    return done(phones.unpair(device));
  },
  fetch_files: ({ recorder }, { session, device }) => done(recorder.run(session).fetch(device)),
  reset_session: ({ recorder }, { session }, by) => done(recorder.reset(session, by)),
  reopen_session: async ({ recorder, recovery }, { session }, by) => {
    // While a session is being reopened it looks like one that a crash left open.
    await recovery.examine();
    return { session: (await recorder.reopen(session, by)).id };
  },
  recover_session: ({ recovery }, { session, choice }, by) => recovery.decide(session, choice, by),
  export_session: async ({ work }, { session, formats }) => {
    const processors = formats.map((format) => `export_${format}`);
    return { job: await work.order({ kind: "export", session, parameters: { formats }, processors }) };
  },
  synchronize: async ({ work }, { session, rate_hz }) => {
    const processors = [SYNCHRONIZE_PROCESSOR];
    return { job: await work.order({ kind: "synchronize", session, parameters: { rate_hz }, processors }) };
  },
  report_session: async ({ work }, { session }) => ({ job: await work.order(reportOrder(session)) }),
  cancel_job: async ({ jobs }, { job }) => {
    jobs.cancel(job);
    return {};
  },
};

function obey<Kind extends CommandKind>(
  hands: Hands,
  value: Extract<Command, { kind: Kind }>,
  by: string,
): Promise<JsonObject> {
  return OBEY[value.kind as Kind](hands, value, by);
}

function createRequest(value: Extract<Command, { kind: "create_session" }>) {
  const { name, operator, participants, when_open: whenOpen, stop_recording: stopRecording } = value;
  return { name, participants, stopRecording, ...(operator !== null && { operator }), ...(whenOpen && { whenOpen }) };
}

async function done(work: Promise<unknown>): Promise<JsonObject> {
  await work;
  return {};
}

function refuseInRecording(recorder: Recorder, device: string): void {
  const session = recorder.recordingOf(device);
  if (session !== null) throw new ServiceError("DEVICE_IN_RECORDING", { device, session });
}
