import type { Command } from "commander";
import type { RecordingEntry, SessionMetadata } from "@polychron/session/format";
import { DiskFiles, SessionReader } from "@polychron/session/store";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";
import { durationText, plainText, sizeText, textTable } from "./text-table.js";

/** `polychron sessions show`: one session's metadata, or its log. */
export function addShowCommand(sessions: Command, surroundings: Surroundings): void {
  const command = sessions
    .command("show")
    .description("show what is recorded in a session")
    .argument("<session>", "the session's id")
    .option("--log", "print the events of its log instead, one JSON object a line")
    .option("--json", "print its metadata as JSON");
  addSettings(command, ["recordings"]).action(async (id: string, options: { log?: true; json?: true }) => {
    const { recordings } = configOf(command, ["recordings"], surroundings);
    const reader = await SessionReader.open(new DiskFiles(), recordings, id);
    if (options.log) {
      for await (const event of reader.events()) surroundings.out(JSON.stringify(event));
      return;
    }
    surroundings.out(options.json ? JSON.stringify(reader.metadata, undefined, 2) : sessionText(reader.metadata));
  });
}

function sessionText(metadata: SessionMetadata): string {
  const facts = [
    ["session", metadata.session_id],
    ["name", plainText(metadata.session_name)],
    ["status", metadata.status + (metadata.seal === undefined ? "" : ", sealed")],
    ["start", metadata.start_time],
    ["length", durationText(metadata.duration)],
    ["operator", plainText(metadata.operator ?? "-")],
    ["software", `${metadata.software.name} ${metadata.software.version}`],
  ];
  const parts = [
    textTable(facts),
    devicesText(metadata),
    filesText(metadata),
    ...metadata.recordings.map(recordingText),
    faultsText(metadata),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function devicesText({ devices }: SessionMetadata): string {
  const rows = Object.entries(devices).map(([id, device]) => [
    id,
    device.device_type + (device.simulated ? " (simulated)" : ""),
    device.status,
    plainText(device.firmware ?? "-"),
  ]);
  return rows.length === 0 ? "no devices" : textTable([["device", "type", "status", "firmware"], ...rows]);
}

function filesText({ files }: SessionMetadata): string {
  const rows = Object.values(files)
    .flat()
    .map((file) => [file.file_path, sizeText(file.file_size), file.complete ? "whole" : "not whole"]);
  return rows.length === 0 ? "no files" : textTable([["file", "size", "state"], ...rows]);
}

function recordingText(recording: RecordingEntry): string {
  const until = recording.stop_time ?? "not stopped";
  const head = `recording ${recording.number}: ${recording.start_time} to ${until}`;
  const rows = recording.streams.map(({ device, stream, expected, received, written, effective_rate_hz: rateHz }) => [
    `${device}/${stream}`,
    ...[expected, received, written].map(String),
    rateHz === null ? "-" : `${rateHz.toFixed(2)} Hz`,
  ]);
  return rows.length === 0
    ? head
    : `${head}\n${textTable([["stream", "expected", "received", "written", "rate"], ...rows])}`;
}

function faultsText({ errors }: SessionMetadata): string {
  return errors
    .map(({ timestamp, code, message, remedy }) => `${timestamp} ${code}: ${plainText(message)} ${plainText(remedy)}`)
    .join("\n");
}
