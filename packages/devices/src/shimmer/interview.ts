import { DeviceError } from "../errors.js";
import type { ShimmerCommand } from "./command-channel.js";
import { calibrationBytes, hasFeature, parseFirmware, type Firmware, type ShimmerFacts } from "./facts.js";
import { inquiryPayloadBytes, parseInquiry, type Inquiry } from "./inquiry.js";
import { encodeInfoMemRead, OP, SHIMMER3, SHIMMER3R } from "./opcodes.js";
import type { ReplyShape } from "./replies.js";

/** Sends one command and brings its answer. */
export type Ask = (command: ShimmerCommand) => Promise<Uint8Array>;

/** InfoMem offset of the radio's address, and where older firmware begins to count (protocol reference, section 10). */
const MAC_OFFSET = 224;
const MAC_BYTES = 6;
const OLD_INFOMEM_START = 0x18_00;

/** Battery reading: `8A 94 adc u16, charge u8`. */
export const READ_BATTERY: ShimmerCommand = {
  bytes: Uint8Array.of(OP.getBattery),
  reply: { opcode: OP.batteryAnswer, inStream: true, payloadBytes: () => 3 },
};

/** Status byte: `8A 71 status`. */
export const READ_STATUS: ShimmerCommand = {
  bytes: Uint8Array.of(OP.getStatus),
  reply: { opcode: OP.statusAnswer, inStream: true, payloadBytes: () => 1 },
};

/** Who answers. Throws `SHIMMER_HARDWARE_UNKNOWN` for a version whose answers have an unknown form. A device that does not tell its board or calibration is taken as one with the defaults. */
export async function interview(ask: Ask): Promise<ShimmerFacts> {
  const [hardware = 0] = await ask({ bytes: Uint8Array.of(OP.getHardware), reply: fixed(OP.hardwareAnswer, 1) });
  if (hardware !== SHIMMER3 && hardware !== SHIMMER3R) throw new DeviceError("SHIMMER_HARDWARE_UNKNOWN", { hardware });
  const firmware = parseFirmware(
    await ask({ bytes: Uint8Array.of(OP.getFirmware), reply: fixed(OP.firmwareAnswer, 6) }),
  );
  return {
    hardware,
    firmware,
    mac: await readMac(ask, hardware, firmware),
    board: await optional(() => readBoard(ask)),
    calibration: await optional(() =>
      ask({
        bytes: Uint8Array.of(OP.getAllCalibration),
        reply: fixed(OP.allCalibrationAnswer, calibrationBytes(hardware)),
      }),
    ),
  };
}

/** The configuration in force; its channel list is the packet's format. Throws `SHIMMER_INQUIRY_INVALID`. */
export async function inquire(ask: Ask, hardware: number): Promise<Inquiry> {
  const reply: ReplyShape = {
    opcode: OP.inquiryAnswer,
    inStream: false,
    payloadBytes: (payload) => inquiryPayloadBytes(payload, hardware),
  };
  return parseInquiry(await ask({ bytes: Uint8Array.of(OP.inquiry), reply }), hardware);
}

async function readMac(ask: Ask, hardware: number, firmware: Firmware): Promise<string> {
  const start = hasFeature({ hardware, firmware }, "infoMemAtZero") ? 0 : OLD_INFOMEM_START;
  const payload = await ask({
    bytes: encodeInfoMemRead(start + MAC_OFFSET, MAC_BYTES),
    reply: sized(OP.infoMemAnswer),
  });
  return [...payload.subarray(1)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function readBoard(ask: Ask): Promise<ShimmerFacts["board"]> {
  const [, id = 0, revision = 0, special = 0] = await ask({
    bytes: Uint8Array.of(OP.getDaughterCard, 3, 0),
    reply: sized(OP.daughterCardAnswer),
  });
  return { id, revision, special };
}

/** An older firmware gives no answer to what it does not know; only the pipe's own failure ends the interview. */
async function optional<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof DeviceError && /^SHIMMER_(NO_ACK|NO_ANSWER|NACK)$/.test(thrown.code)) return undefined;
    throw thrown;
  }
}

function fixed(opcode: number, bytes: number): ReplyShape {
  return { opcode, inStream: false, payloadBytes: () => bytes };
}

/** An answer whose first byte says how many follow. */
function sized(opcode: number): ReplyShape {
  return {
    opcode,
    inStream: false,
    payloadBytes: (payload) => (payload[0] === undefined ? undefined : 1 + payload[0]),
  };
}
