import { buildReport } from "@polychron/processing";
import type { QualityReport } from "@polychron/session/format";
import { badPhone, device, hubCamera, madeSession, oneWaySensor, probed, stream } from "./made-session.js";

/** Five devices for ten minutes, of which `phone_3` is bad in every way that there is. */
export function reportWithBadPhone(): QualityReport {
  return buildReport({
    ...madeSession([
      device({ device: "phone_1" }),
      device({ device: "phone_2", clock: probed({ boundS: 0.42e-3, driftPpm: 3.1, seed: 2 }) }),
      badPhone("phone_3"),
      oneWaySensor("shimmer_3a5f"),
      hubCamera("webcam_1"),
    ]),
    cues: [
      cue({ device: "webcam_1", stream: "rgb", residual_s: 0.004, bound_s: 0.017, inside: true }),
      cue({ device: "phone_1", stream: "imu", residual_s: null, bound_s: null, inside: null }),
    ],
    incomplete: [{ target: "phone_3/imu", reason: "4547 of 60000 samples are missing" }],
  });
}

/** Two phones without a fault. */
export function goodReport(): QualityReport {
  const streams = [stream({ stream: "imu" })];
  return buildReport(madeSession([device({ device: "phone_1", streams }), device({ device: "phone_2", streams })]));
}

function cue(part: Partial<QualityReport["cues"][number]>): QualityReport["cues"][number] {
  return {
    cue: "1",
    kind: "flash",
    device: "",
    stream: "",
    at_s: 22,
    residual_s: 0,
    bound_s: 0,
    inside: true,
    ...part,
  };
}
