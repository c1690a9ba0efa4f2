import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  PHONE_AWAY: {
    message: "The phone {device} is not connected.",
    remedy:
      "It records on by itself; bring it back into the Wi-Fi and keep its app open, then what is missing is sent.",
  },
  PHONE_NO_ANSWER: {
    message: "The phone {device} did not answer '{order}' within {waitedMs} ms.",
    remedy: "Look at the phone: its app must be open and in front. Bring it closer to the Wi-Fi access point.",
  },
  PHONE_REFUSED: {
    message: "The phone {device} refused '{order}': {reason}",
    remedy: "Look at the phone's own screen for what to do, then try again.",
  },
  PHONE_ANSWER_INVALID: {
    message: "The phone {device} answered '{order}' with something the protocol does not know: {reason}.",
    remedy: "Update the phone's app to one that speaks this hub's protocol version.",
  },
  PHONE_FILE_REFUSED: {
    message: "The file {file} that {device} holds of recording {recording} cannot be taken: {reason}.",
    remedy: "It stays on the phone: copy it from there. The phone's app must name its files as the protocol page says.",
  },
  PHONE_BLOCK_INVALID: {
    message: "A block of samples from {device} is not valid: {reason}.",
    remedy: "Correct the phone's app: a block that was refused twice must not be sent again.",
  },
  PHONE_TIME_WRONG: {
    message: "The time {deviceTimeS} s of a {what} of {device} is more than a day off its clock.",
    remedy: "Stamp it in seconds of the clock that answers the probes, at the moment it is made.",
  },
  PHONE_NOT_IN_SESSION: {
    message: "{device} takes part in no open session, so that there is no log for its {what}.",
    remedy: "Keep it until a session with this phone is open and send it again, or give it up.",
  },
  PHONE_CLOCK_WRONG: {
    message: "The times of the phone {device} cannot be used: {reason}.",
    remedy:
      "Correct the phone's app: every time is in seconds of the one monotonic clock that answers the probes (Android: elapsedRealtimeNanos divided by 1e9). The hub takes its samples again as soon as that clock is right.",
  },
  CAMERA_NOT_FOUND: {
    message: "There is no camera {address}.",
    remedy: "Plug the camera in, then look for devices again.",
  },
  CAMERA_BUSY: {
    message: "Another program holds the camera {address}.",
    remedy: "Close the other program that uses this camera (a video call, a browser tab), then try again.",
  },
  CAMERA_NO_ACCESS: {
    message: "The hub may not open the camera {address}.",
    remedy:
      "On Linux add the user who runs the hub to the group video and log in again; on Windows or macOS allow access to the camera in the privacy settings.",
  },
  CAMERA_FORMAT_UNSUPPORTED: {
    message: "The camera {address} does not deliver {wanted}.",
    remedy: "Choose one of its formats: {offered}.",
  },
  CAMERA_FAILED: {
    message: "The camera {address} failed: {reason}.",
    remedy: "Unplug the camera and plug it in again; use another USB port if that does not help.",
  },
  CAMERA_NO_FRAMES: {
    message: "The camera {address} delivered no frame within {waitedMs} ms.",
    remedy: "Unplug the camera and plug it in again; choose a smaller picture or a lower rate.",
  },
  CAMERA_TIME_DOUBTFUL: {
    message:
      "The capture times of the camera {address} are {offMs} ms off the hub's clock; its frames carry their arrival instead.",
    remedy:
      "Nothing needs doing: the computer was busy, or its clock was set. These frames have the time source 3 and were captured up to 5 s before.",
  },
  CAMERA_CLOCK_SET: {
    message:
      "This computer's clock was set by {stepS} s; the capture program of the camera {address} is started again, for its times are of that clock.",
    remedy:
      "Nothing needs doing: the frames that are missing are marked as a gap. Let the computer set its time before a session, not during one.",
  },
  CAMERA_TIMES_WRONG: {
    message:
      "The times of {frames} frames of the camera {address} in a row cannot be right; its capture program is started again.",
    remedy: "If it comes again, choose a smaller picture or a lower rate, and close other programs.",
  },
  VIDEO_STREAM_INVALID: {
    message: "A video stream cannot be read: {reason} at byte {atByte}.",
    remedy: "Report this as a defect, with the version of ffmpeg; what was recorded before it is usable.",
  },
  VIDEO_REMUX_FAILED: {
    message: "The video {path} could not be copied into an MP4 file: {reason}.",
    remedy:
      "The recorded file is kept as it is; VLC and ffmpeg play it. Check that there is room on the disk, then try again.",
  },
  FFMPEG_MISSING: {
    message: "The program ffmpeg was not found ({path}).",
    remedy:
      "Install ffmpeg (Debian, Ubuntu: sudo apt install ffmpeg; macOS: brew install ffmpeg), or name it with --ffmpeg.",
  },
  TRANSPORT_NOT_FOUND: {
    message: "There is no port {address}.",
    remedy: "Switch the device on, check that it is paired or plugged in, and look for devices again.",
  },
  TRANSPORT_BUSY: {
    message: "Another program holds the port {address}.",
    remedy:
      "Close the other program that uses this device (another hub, a terminal, the maker's software), then try again.",
  },
  TRANSPORT_NO_ACCESS: {
    message: "The hub may not open the port {address}.",
    remedy:
      "On Linux add the user who runs the hub to the group dialout and log in again; on Windows or macOS allow access to the port.",
  },
  TRANSPORT_FAILED: {
    message: "The port {address} failed: {reason}.",
    remedy: "Move the device closer, switch it off and on, and try again; pair it anew if that does not help.",
  },
  TRANSPORT_CLOSED: {
    message: "The port {address} is closed: {reason}.",
    remedy: "Connect the device again.",
  },
  TAPE_INVALID: {
    message: "The tape cannot be replayed: {reason} at byte {atByte}.",
    remedy: "Record the tape again; the part before that byte is usable.",
  },
  PTY_UNAVAILABLE: {
    message: "A serial port for the emulator could not be made: {reason}.",
    remedy:
      "Install socat (Debian, Ubuntu: sudo apt install socat; macOS: brew install socat), give each emulator a path of its own, or use it in memory.",
  },
  SHIMMER_NO_ACK: {
    message: "The Shimmer did not confirm command {command} within {waitedMs} ms.",
    remedy: "Check that the device is on, in range and not docked, then connect again.",
  },
  SHIMMER_NO_ANSWER: {
    message: "The Shimmer confirmed command {command} but sent no answer within {waitedMs} ms.",
    remedy: "Switch the device off and on, then connect again.",
  },
  SHIMMER_NACK: {
    message: "The Shimmer refused command {command}.",
    remedy:
      "Stop streaming and logging on the device, take it off the dock, and check that its hardware has the sensor.",
  },
  SHIMMER_INQUIRY_INVALID: {
    message: "The Shimmer's description of its channels cannot be read: {reason}.",
    remedy: "Switch the device off and on; if it stays, report the firmware version with this message.",
  },
  SHIMMER_CHANNEL_UNKNOWN: {
    message: "The Shimmer announces channel {channelId}, whose width is not known; nothing is guessed.",
    remedy: "Choose other sensors for this device, and report the channel number with the firmware version.",
  },
  SHIMMER_PACKET_MALFORMED: {
    message: "A data packet has {gotBytes} bytes where {expectedBytes} are expected.",
    remedy: "Report this as a defect, with a tape of the connection.",
  },
  SHIMMER_CALIBRATION_INVALID: {
    message: "A calibration block cannot be used: {reason}.",
    remedy: "Calibrate the device again; until then the defaults of its sensors apply.",
  },
  SHIMMER_NOT_STREAMING: {
    message: "The Shimmer confirmed the start but says that it is not streaming (status {status}).",
    remedy: "Take the device off the dock, switch it off and on, and connect again.",
  },
  SHIMMER_HARDWARE_UNKNOWN: {
    message: "Hardware version {hardware} is neither a Shimmer3 nor a Shimmer3R; nothing is guessed.",
    remedy: "Use a Shimmer3 or Shimmer3R, and report the version if this is one.",
  },
  SHIMMER_NOT_THE_SAME: {
    message: "On {address} a different device answers ({found} instead of {expected}).",
    remedy: "Connect the right device again, or remove the lost one from the session and add the new one.",
  },
  DEVICE_SETTING_INVALID: {
    message: "The setting {setting} cannot be {value}.",
    remedy: "{hint}",
  },
  DEVICE_STATE_INVALID: {
    message: "'{command}' is not possible while the device is {phase}.",
    remedy: "{hint}",
  },
  DEVICE_STALLED: {
    message: "{device} has sent nothing for {silentMs} ms.",
    remedy: "Check that the device is in range and switched on; what is missing is marked in the data.",
  },
  DEVICE_LOST: {
    message: "The connection to {device} is lost: {reason}.",
    remedy: "Bring the device back in range or switch it on; the hub connects again by itself.",
  },
  DEVICE_BATTERY_LOW: {
    message: "The battery of {device} is low: {percent} %.",
    remedy: "Charge or change the device before the next recording; it may stop at any moment.",
  },
  DEVICE_FAULT_INVALID: {
    message: "'{text}' is not a fault that an emulator knows.",
    remedy: "Write KIND@SECONDS or KIND:N@SECONDS with KIND one of {kinds}.",
  },
  FORMULA_UNKNOWN: {
    message: "The formula {formula} is not known to this version.",
    remedy: "Use a version that is at least as new as the one that made the recording.",
  },
  FORMULA_INPUT_INVALID: {
    message: "The formula {formula} cannot be computed: {reason}.",
    remedy: "Check the sidecar of the recording: constants and raw columns must be those that were recorded.",
  },
} as const satisfies ErrorTexts<string>;

/** Codes of everything that can go wrong between the hub and a device. */
export type DeviceErrorCode = keyof typeof TEXTS;

/** What went wrong with a device, its transport or its data. */
export class DeviceError extends HubError<DeviceErrorCode> {
  constructor(code: DeviceErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}

/** A thrown value as a `DeviceError`; anything else becomes `TRANSPORT_FAILED` on `address` with its cause. */
export function asDeviceError(thrown: unknown, address: string): DeviceError {
  if (thrown instanceof DeviceError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new DeviceError("TRANSPORT_FAILED", { address, reason }, thrown);
}
