import type { PhoneStream } from "@polychron/protocol";
import { BodySignal } from "../../shimmer/emulator/signal.js";
import { Taps } from "./taps.js";

/** One sensor of an emulated phone. */
export interface PhoneSensor {
  readonly stream: PhoneStream;
  /** One value per channel at a moment of the person's life, seconds. */
  values(atS: number): readonly number[];
}

const RADIANS_PER_DEGREE = Math.PI / 180;
const AXES = ["x", "y", "z"] as const;

/** The sensors of an emulated phone: its motion at 100 Hz with the knocks it gets, and the skin conductance of the hand that holds it at 10 Hz. */
export function phoneSensors(seed: number, taps = new Taps()): readonly PhoneSensor[] {
  const body = new BodySignal(seed);
  const acceleration = (atS: number): readonly number[] => {
    const [x, y, z] = body.acceleration(atS);
    return [x, y, z + taps.feltAt(atS)];
  };
  return [
    {
      stream: { stream: "imu", nominal_rate_hz: 100, channels: [...axes("accel", "mps2"), ...axes("gyro", "radps")] },
      values: (atS) => [...acceleration(atS), ...body.turning(atS).map((degrees) => degrees * RADIANS_PER_DEGREE)],
    },
    {
      stream: {
        stream: "gsr",
        nominal_rate_hz: 10,
        channels: [{ name: "gsr_uS", unit: "µS", kind: "calibrated", description: "Skin conductance" }],
      },
      values: (atS) => [body.gsrMicroSiemens(atS)],
    },
  ];
}

const QUANTITIES = {
  accel: { unit: "m/s²", text: "Acceleration with gravity" },
  gyro: { unit: "rad/s", text: "Rate of turn" },
} as const;

function axes(quantity: keyof typeof QUANTITIES, suffix: string): PhoneStream["channels"] {
  const { unit, text } = QUANTITIES[quantity];
  return AXES.map((axis) => {
    const description = `${text} along the phone's ${axis} axis`;
    return { name: `${quantity}_${axis}_${suffix}`, unit, kind: "calibrated", description };
  });
}
