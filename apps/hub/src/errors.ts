import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  COMMAND_INVALID: {
    message: "The command is not understood: {reason}.",
    remedy: "Reload the page; if it stays, page and hub are of different versions.",
  },
  COMMAND_ID_REUSED: {
    message: "The command id {id} was used before for another command.",
    remedy: "Give every command an id of its own; repeat an id only to repeat the same command.",
  },
  TOKEN_REQUIRED: {
    message: "The request carries no valid token.",
    remedy:
      "A phone is paired with a new code (Devices, Add phone); a page is opened from the address that the hub printed; a program sends 'Authorization: Bearer' with its token.",
  },
  HOST_NOT_ALLOWED: {
    message: "The hub does not answer to the name '{host}'.",
    remedy: "Use the address that the hub printed.",
  },
  ORIGIN_NOT_ALLOWED: {
    message: "The page at '{origin}' may not speak to this hub.",
    remedy: "Open the hub's own page from the address that it printed.",
  },
  ROUTE_NOT_FOUND: { message: "There is nothing at {path}.", remedy: "Open the hub's start page." },
  REQUEST_INVALID: {
    message: "The request is not valid: {reason}.",
    remedy: "Compare it with the protocol page of the documentation.",
  },
  RATE_LIMITED: {
    message: "Too many at once: {limit} within {withinS} s are taken.",
    remedy: "Wait {withinS} s, then try again.",
  },
  ROLE_NOT_ALLOWED: {
    message: "A token of the role '{role}' opens nothing at {path}.",
    remedy:
      "A phone uses the token of its pairing, a page the one that the hub gave it; neither opens the other's doors.",
  },
  PAIRING_CODE_WRONG: {
    message: "This pairing code is wrong, used up or too old.",
    remedy: "Ask the hub for a new code (Devices, Add phone) and type it within two minutes.",
  },
  PAIRED_PHONES_BROKEN: {
    message: "The list of paired phones {path} cannot be read: {reason}.",
    remedy:
      "Put a copy of the file back, or move it away: then every phone must be paired anew. The hub reads it again at the next try.",
  },
  PHONE_HELLO_FIRST: {
    message: "'{message}' came before a hello.",
    remedy: "Say hello on every new connection and wait for its answer; then send the rest.",
  },
  PHONE_PROTOCOL_UNSUPPORTED: {
    message: "The phone speaks version '{phone}' of the protocol, the hub {hub}.",
    remedy: "Update the phone's app or the hub, so that both have the same first number.",
  },
  PHONE_RATE_LIMITED: {
    message: "Too many messages: {limit} a second are taken.",
    remedy: "Put more samples into a block; send this message again in a second.",
  },
  PHONE_NOT_IN_USE: {
    message: "The hub does not use this phone at the moment.",
    remedy: "Connect the phone on the hub's devices page, or say hello again.",
  },
  EVENT_NOT_CONFIRMED: {
    message: "The hub could not write the event to its disk within {waitedMs} ms.",
    remedy: "Send it again after a while; it may then be in the log twice.",
  },
  PHONE_UNPAIRED: {
    message: "This phone was unpaired.",
    remedy: "Pair it again with a new code (Devices, Add phone).",
  },
  FILES_LEFT_ON_DEVICE: {
    message:
      "{device} still holds files of recording {recording} of the session {session}, which was closed without them: {files}.",
    remedy: "Reopen the session: the device is asked for them, and they come in. Then end it again.",
  },
  DEVICE_SUPERSEDED: {
    message: "Another connection with the token of this phone has taken its place.",
    remedy: "Keep one connection a phone; give every phone a pairing of its own.",
  },
  UPLOAD_SIZE_WRONG: {
    message: "The file {file} was announced with {sizeBytes} bytes, and is now said to have {gotBytes}.",
    remedy: "Say the length that the answer to the stop announced; a file that changed since is another file.",
  },
  UPLOAD_BODY_TOO_LONG: {
    message: "More than {maximumBytes} bytes came in one request.",
    remedy: "Send the file in bodies of at most that many bytes; go on from the offset in this answer.",
  },
  UPLOAD_STALLED: {
    message: "The upload said nothing for {silentForMs} ms.",
    remedy: "Connect again, ask for the offset (HEAD) and go on from there.",
  },
  PORT_IN_USE: {
    message: "Port {port} of {host} is taken by another program.",
    remedy: "Stop that program (or another hub), or choose another port with --port.",
  },
  LISTEN_FAILED: {
    message: "The hub cannot listen on {host}:{port}: {reason}.",
    remedy: "Choose another address with --host or another port with --port.",
  },
  UI_NOT_BUILT: { message: "The page is not built.", remedy: "Run 'npm run setup' in the project's folder." },
  DEVICE_NOT_FOUND: {
    message: "There is no connected device {device}.",
    remedy: "Connect it on the devices page first.",
  },
  DEVICE_BOOK_BROKEN: {
    message: "The list of known devices {path} cannot be read: {reason}.",
    remedy:
      "Put a copy of the file back, or move it away: then every device counts as new. The hub reads it again at the next try.",
  },
  DEVICE_CONNECT_TIMEOUT: {
    message: "{address} was not connected within {waitedMs} ms.",
    remedy:
      "Try again: a phone connects anew and says hello; any other device is brought near, and switched off and on.",
  },
  DEVICE_CONNECT_CANCELLED: {
    message: "The connection to {address} was given up because the hub stops.",
    remedy: "Start the hub again, then connect the device.",
  },
  DEVICE_FAMILY_UNKNOWN: { message: "There is no driver family '{family}'.", remedy: "Choose one of: {known}." },
  DEVICE_ALREADY_CONNECTED: {
    message: "{address} is already connected as {device}.",
    remedy: "Use {device}, or disconnect it first.",
  },
  DEVICE_IS_ANOTHER: {
    message: "At {address} there is {device} now, not {wanted}.",
    remedy: "Connect {wanted} on the devices page; it joins its session by itself.",
  },
  DEVICE_IN_RECORDING: { message: "{device} is being recorded in {session}.", remedy: "Stop the recording first." },
  HUB_STOPPING: { message: "The hub is stopping.", remedy: "Start the hub again, then repeat the command." },
  SESSION_INTERRUPTED: {
    message:
      "The session {session} was interrupted and waits for the operator's choice to continue, end or discard it.",
    remedy: "Make the choice on the hub's page; a device that has files for it tries again by itself.",
  },
  HOST_CLOCK_SET: {
    message: "This computer's time of day was set by {stepS} s while the hub ran.",
    remedy:
      "Nothing recorded is wrong: all times count on a clock that nobody sets. Let the computer set its time before a session, not during one.",
  },
  HOST_SLEPT: {
    message: "This computer slept for {sleptS} s while the hub ran.",
    remedy: "Nothing was recorded meanwhile. Switch sleep off while you record, and keep the lid open.",
  },
  HOST_HELD_UP: {
    message: "The hub was held up for {heldUpS} s: it read and wrote nothing meanwhile.",
    remedy: "Switch sleep off while you record, and close programs that need all of the computer.",
  },
  SLEEP_NOT_INHIBITED: {
    message: "This computer may go to sleep while it records: {reason}.",
    remedy:
      "Switch sleep off in the settings of the system while you record, and keep the lid open. On Linux the hub needs systemd-inhibit and a running logind.",
  },
  PREFLIGHT_NO_DEVICE: {
    message: "No device of {session} is streaming, so nothing would be recorded.",
    remedy: "Connect a device, see its values move, then start.",
  },
  CUE_RUNNING: {
    message: "A cue is being made in {session}.",
    remedy: "Wait {leftS} s until it is over; two at a time could not be told apart.",
  },
  CUE_UNKNOWN: {
    message: "There was no cue {cue} in {session} at that time.",
    remedy: "Order a cue, and say what was seen of it within half a minute.",
  },
  RECORDING_NOT_STARTED: {
    message: "No stream could be written, so the recording was not started: {reason}.",
    remedy: "Solve the first error named, then start again.",
  },
  STORAGE_LOW: {
    message: "The disk of the recordings folder is nearly full: {freeMegabytes} MB are left, {left}.",
    remedy: "Free space, or move finished sessions to another disk, before the next recording.",
  },
  EXPORT_LIST_BROKEN: {
    message: "The list of what was exported to {folder} of {session} cannot be read: {reason}.",
    remedy: "Export the session again; the recorded data are untouched.",
  },
  QUALITY_REPORT_BROKEN: {
    message: "The quality report of {session} cannot be read: {reason}.",
    remedy: "Make it again on the sessions page, or with 'polychron report'; the recorded data are untouched.",
  },
  JOB_NOT_FOUND: { message: "There is no job {job}.", remedy: "It may be finished; look at the list of jobs." },
  JOB_FAILED: {
    message: "The {kind} of {session} ended with code {exitCode}: {reason}.",
    remedy: "Read the reason; the recorded data are untouched, and the job can be started again.",
  },
  PROGRAM_MISSING: { message: "The program {program} is missing.", remedy: "Install it: {command}." },
  SIMULATION_FAILED: {
    message: "The simulated lab could not {what}: {reason}.",
    remedy: "Read the reason; 'polychron selftest' checks the installation.",
  },
} as const satisfies ErrorTexts<string>;

/** Codes of everything the hub itself refuses or fails at. */
export type ServiceErrorCode = keyof typeof TEXTS;

/** What the hub refuses or fails at, beyond its packages' own errors. */
export class ServiceError extends HubError<ServiceErrorCode> {
  constructor(code: ServiceErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}
