import type { CommandInput, DeviceView } from "@polychron/protocol";
import type { JsonObject, SessionEvent } from "@polychron/session/model";

/** The device family of cameras. */
export const CAMERA_FAMILY = "camera";

/** What the settings form of a camera holds. */
export interface CameraForm {
  /** As typed, such as `1280 x 720`. */
  readonly size: string;
  /** As typed, frames a second. */
  readonly rateHz: string;
}

type DeviceSettings = Extract<CommandInput, { kind: "configure_device" }>["settings"] & object;

/** The pictures most cameras offer. */
export const COMMON_SIZES = ["320 x 240", "640 x 480", "1280 x 720", "1920 x 1080"];
/** The rates most cameras offer. */
export const COMMON_FRAME_RATES_HZ = [15, 24, 25, 30, 60];
/** What is asked of a camera at all; what it can do it says itself. */
export const FRAME_RATE_LIMITS_HZ = { lowest: 1, highest: 240 };
/** Colour is stored for two by two pixels together, so that sides are even. */
const SIDE_LIMITS_PX = { lowest: 16, highest: 7680 };

/** A typed size in pixels; null when it is none. */
export function sizeOf(text: string): { readonly width: number; readonly height: number } | null {
  const match = /^\s*(\d{2,4})\s*[x×*]\s*(\d{2,4})\s*$/i.exec(text);
  if (match === null) return null;
  const [width, height] = [Number(match[1]), Number(match[2])];
  return isSide(width) && isSide(height) ? { width, height } : null;
}

function isSide(px: number): boolean {
  return px % 2 === 0 && px >= SIDE_LIMITS_PX.lowest && px <= SIDE_LIMITS_PX.highest;
}

/** Whether a typed rate may be asked for. */
export function isFrameRate(text: string): boolean {
  const { lowest, highest } = FRAME_RATE_LIMITS_HZ;
  return /^\s*\d+(\.\d+)?\s*$/.test(text) && Number(text) >= lowest && Number(text) <= highest;
}

/** The form as the camera's confirmed settings fill it. */
export function cameraForm({ width, height, rateHz }: JsonObject): CameraForm {
  const isSized = typeof width === "number" && typeof height === "number";
  return {
    size: isSized ? `${width} x ${height}` : "1280 x 720",
    rateHz: typeof rateHz === "number" ? String(Number(rateHz.toFixed(3))) : "30",
  };
}

/** Whether the form is complete and asks for something else than the camera does. */
export function isAnotherFormat(confirmed: CameraForm, form: CameraForm): boolean {
  const size = sizeOf(form.size);
  if (size === null || !isFrameRate(form.rateHz)) return false;
  const known = sizeOf(confirmed.size);
  return (
    size.width !== known?.width || size.height !== known.height || Number(form.rateHz) !== Number(confirmed.rateHz)
  );
}

/** All settings as they shall be, of a form that is complete: what it does not show stays as the camera confirmed it. */
export function askedFormat(confirmed: JsonObject, form: CameraForm): DeviceSettings {
  return { ...(confirmed as DeviceSettings), ...sizeOf(form.size), rateHz: Number(form.rateHz) };
}

/** Whether a stream of a device counts the frames of its video. */
export function isFrameStream(device: Pick<DeviceView, "video"> | undefined, fileType: string): boolean {
  return device !== undefined && device.video !== null && (fileType === "rgb" || fileType === "thermal");
}

/** How often a device began anew in the session, by its log. */
export function restartsOf(events: readonly SessionEvent[], device: string): number {
  return events.filter(
    (event) => event.event === "gap" && event["cause"] === "encoder_restarted" && event["device"] === device,
  ).length;
}
