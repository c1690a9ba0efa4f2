import type { Firmware } from "../facts.js";
import { OP } from "../opcodes.js";
import {
  calibrationPayload,
  factoryMemory,
  inquiryPayload,
  PLACE,
  readMask,
  readText,
  writeMask,
  writeText,
} from "./memory.js";
import { readRegister, registerBytes, REGISTERS, writeRegister } from "./registers.js";
import { channelIds, legalMask } from "./sensor-list.js";

/** The device behind the commands. */
export interface CommandedDevice {
  memory: Uint8Array;
  readonly hardware: number;
  readonly firmware: Firmware;
  readonly mac: Uint8Array;
  readonly isSensing: boolean;
  start(): void;
  /** `"silent"` when the firmware does not confirm it. */
  stop(): "silent" | void;
  /** Payload of the answer `71`. */
  status(): Uint8Array;
  /** Payload of the answer `94`. */
  battery(): Uint8Array;
  /** The real-world clock, ticks since 1970. */
  clockTicks: bigint;
  /** 0, 1 or 2 bytes of checksum from the confirmation of this command on. */
  setCrcMode(mode: number): void;
  /** Whether unsolicited status comes with a leading FF. */
  setStatusPrefix(isOn: boolean): void;
}

/** What a device does with a command once all its arguments are there. */
export interface Command {
  /** Argument bytes, from those that are there; undefined while they do not tell. */
  argumentBytes(args: Uint8Array): number | undefined;
  /** Does it; what follows the confirmation, `"silent"` for no confirmation either. */
  run(device: CommandedDevice, args: Uint8Array): Uint8Array | "silent" | void;
}

type Run = Command["run"];

const fixed = (count: number, run: Run): Command => ({ argumentBytes: () => count, run });
/** Fixed bytes of which the one at `lengthAt` says how many more follow. */
const counted = (count: number, lengthAt: number, run: Run): Command => ({
  argumentBytes: (args) => (args[lengthAt] === undefined ? undefined : count + args[lengthAt]),
  run,
});
const answer = (opcode: number, payload: Uint8Array): Uint8Array => Uint8Array.of(opcode, ...payload);
const inStream = (opcode: number, payload: Uint8Array): Uint8Array => Uint8Array.of(OP.inStream, opcode, ...payload);

/** GSR+ board, revision 5, special 0 (protocol reference, section 3). */
const DAUGHTER_CARD = Uint8Array.of(48, 5, 0);
const FOLDER_NAME = text("data/DefaultTrial/Shimmer-000");
const RADIO_VERSION = text("RN4678 V1.23 12/05/2018");

const SPECIAL: readonly (readonly [opcode: number, command: Command])[] = [
  [
    OP.inquiry,
    fixed(0, (device) => answer(OP.inquiryAnswer, inquiryPayload(device.memory, device.hardware, idsOf(device)))),
  ],
  [OP.toggleLed, fixed(0, () => undefined)],
  [OP.startStreaming, fixed(0, (device) => device.start())],
  [OP.stopStreaming, fixed(0, (device) => device.stop())],
  [
    OP.setSensors,
    fixed(3, (device, [a = 0, b = 0, c = 0]) => writeMask(device.memory, legalMask(a | (b << 8) | (c << 16)))),
  ],
  [OP.getHardware, fixed(0, (device) => Uint8Array.of(OP.hardwareAnswer, device.hardware))],
  [OP.getFirmware, fixed(0, (device) => answer(OP.firmwareAnswer, firmwarePayload(device.firmware)))],
  [
    OP.getAllCalibration,
    fixed(0, (device) => answer(OP.allCalibrationAnswer, calibrationPayload(device.memory, device.hardware))),
  ],
  [0x5a, fixed(0, (device) => void (device.memory = factoryMemory(device.mac)))],
  [
    0x63,
    fixed(3, (device, [chip = 0, off = 0, len = 0]) =>
      answer(0x62, withLength(exgRegisters(device.memory, chip, off, len))),
    ),
  ],
  [
    0x61,
    counted(3, 2, (device, args) => fill(exgRegisters(device.memory, args[0]!, args[1]!, args[2]!), args.subarray(3))),
  ],
  [
    OP.getDaughterCard,
    fixed(2, (_device, [len = 0, off = 0]) =>
      answer(OP.daughterCardAnswer, withLength(DAUGHTER_CARD.slice(off, off + len))),
    ),
  ],
  [OP.getStatus, fixed(0, (device) => inStream(OP.statusAnswer, device.status()))],
  [OP.getBattery, fixed(0, (device) => inStream(OP.batteryAnswer, device.battery()))],
  [0x7b, fixed(0, (device) => answer(0x7a, withLength(readText(device.memory, PLACE.name))))],
  [0x79, counted(1, 0, (device, args) => writeText(device.memory, PLACE.name, args.subarray(1)))],
  [0x7e, fixed(0, (device) => answer(0x7d, withLength(readText(device.memory, PLACE.experiment))))],
  [0x7c, counted(1, 0, (device, args) => writeText(device.memory, PLACE.experiment, args.subarray(1)))],
  [0x87, fixed(0, (device) => answer(0x86, withLength(text(String(configTime(device.memory).getUint32(0))))))],
  [
    0x85,
    counted(1, 0, (device, args) =>
      configTime(device.memory).setUint32(0, Number(String.fromCharCode(...args.subarray(1)))),
    ),
  ],
  [0x89, fixed(0, () => inStream(OP.directoryAnswer, withLength(FOLDER_NAME)))],
  [OP.setCrcMode, fixed(1, (device, [mode = 0]) => device.setCrcMode(mode))],
  [OP.getInfoMem, fixed(3, (device, args) => answer(OP.infoMemAnswer, withLength(infoMem(device, args))))],
  [0x8c, counted(3, 0, (device, args) => fill(infoMem(device, args), args.subarray(3)))],
  [OP.getClock, fixed(0, (device) => answer(OP.clockAnswer, clockPayload(device.clockTicks)))],
  [
    OP.setClock,
    fixed(
      8,
      (device, args) => void (device.clockTicks = new DataView(args.buffer, args.byteOffset).getBigUint64(0, true)),
    ),
  ],
  [OP.testConnection, fixed(0, () => undefined)],
  [0xa1, fixed(0, () => answer(0xa2, withLength(RADIO_VERSION)))],
  [OP.setStatusAckPrefix, fixed(1, (device, [isOn]) => device.setStatusPrefix(isOn !== 0))],
  [0xb5, fixed(0, () => "silent")],
];

/** Every command the emulator knows; one that is not here gets no answer, as on the device. */
export const COMMANDS: ReadonlyMap<number, Command> = new Map([...SPECIAL, ...REGISTERS.flatMap(registerCommands)]);

/** Refused with FE by firmware 1.x while it samples (protocol reference, section 2). */
export const REFUSED_WHILE_SENSING: ReadonlySet<number> = new Set([
  0x05, 0x08, 0x09, 0x0e, 0x11, 0x14, 0x17, 0x1a, 0x21, 0x37, 0x3a, 0x40, 0x43, 0x46, 0x49, 0x4c, 0x4f, 0x52, 0x5a,
  0x5b, 0x5e, 0x61, 0x64, 0x67, 0x6a, 0x6d, 0x73, 0x76, 0x79, 0x7c, 0x7f, 0x82, 0x85, 0x8c, 0x98, 0x9b, 0x9c, 0xa4,
  0xa8, 0xa9, 0xac, 0xaf, 0xb2,
]);

function registerCommands(register: (typeof REGISTERS)[number]): [number, Command][] {
  const get = fixed(0, (device) => answer(register.answer, readRegister(device.memory, register)));
  if (register.set === undefined) return [[register.get, get]];
  const set = fixed(registerBytes(register), (device, args) => writeRegister(device.memory, register, args));
  return [
    [register.get, get],
    [register.set, set],
  ];
}

/** The channels the device sends under its settings. */
export function idsOf(device: Pick<CommandedDevice, "memory" | "hardware">): number[] {
  return channelIds(legalMask(readMask(device.memory)), device.hardware);
}

function firmwarePayload({ id, major, minor, internal }: Firmware): Uint8Array {
  return Uint8Array.of(id & 0xff, id >> 8, major & 0xff, major >> 8, minor, internal);
}

function exgRegisters(memory: Uint8Array, chip: number, off: number, len: number): Uint8Array {
  const from = PLACE.exg + 10 * (chip & 1);
  return memory.subarray(from + Math.min(10, off), from + Math.min(10, off + len));
}

/** Length and offset (u16 LE) as arguments; firmware before LogAndStream 0.5.16 adds 0x1800 to the offset. */
function infoMem(device: CommandedDevice, [len = 0, low = 0, high = 0]: Uint8Array): Uint8Array {
  const offset = (low | (high << 8)) % 0x1800;
  return device.memory.subarray(offset, offset + len);
}

/** Writes as much as there is room for. */
function fill(place: Uint8Array, bytes: Uint8Array): void {
  place.set(bytes.subarray(0, place.length));
}

function configTime(memory: Uint8Array): DataView {
  return new DataView(memory.buffer, memory.byteOffset + PLACE.configTime, 4);
}

function clockPayload(ticks: bigint): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setBigUint64(0, ticks, true);
  return payload;
}

function withLength(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(bytes.length, ...bytes);
}

function text(letters: string): Uint8Array {
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
