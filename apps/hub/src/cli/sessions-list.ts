import type { Command } from "commander";
import { DiskFiles, SessionIndex, type SessionListing, type SessionPage } from "@polychron/session/store";
import { ConfigError } from "../config-error.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";
import { durationText, plainText, sizeText, textTable } from "./text-table.js";

const LIMIT = 50;

/** `polychron sessions list`: newest first, page by page. */
export function addListCommand(sessions: Command, surroundings: Surroundings): void {
  const command = sessions
    .command("list")
    .description("list the sessions, newest first")
    .option("--limit <count>", "how many at most", String(LIMIT))
    .option("--after <session>", "begin behind this one, as the end of the last page names it")
    .option("--json", "print the page as JSON");
  addSettings(command, ["recordings"]).action(async (options: { limit: string; after?: string; json?: true }) => {
    const { recordings: folder } = configOf(command, ["recordings"], surroundings);
    const index = new SessionIndex({ files: new DiskFiles(), folder, nowMs: Date.now });
    const page = await index.page(parseLimit(options.limit), options.after);
    surroundings.out(options.json ? JSON.stringify(pageJson(page), undefined, 2) : pageText(page));
  });
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError("CONFIG_VALUE_INVALID", {
    source: "--limit",
    value: text,
    reason: "that is not a valid value",
    expected: "a whole number above 0",
  });
}

function pageText(page: SessionPage): string {
  if (page.total === 0) return "There are no sessions.";
  const rows = page.sessions.map(rowOf);
  const table = textTable([["session", "status", "length", "size", "devices", "name"], ...rows]);
  return page.next === undefined ? table : `${table}\n${page.total} in all; more with --after ${page.next}`;
}

function rowOf(listing: SessionListing): string[] {
  if (listing.kind === "broken")
    return [listing.id, "broken", "-", "-", "-", `${listing.error.message} ${listing.error.remedy}`];
  const { id, durationS, sizeBytes, devices, simulated, name } = listing;
  const shownName = plainText(name) + (simulated ? " (simulated)" : "");
  return [id, statusText(listing), durationText(durationS), sizeText(sizeBytes), devices.join(",") || "-", shownName];
}

/** A session that is closed and lacks something says so at once. */
function statusText({ status, missing }: Extract<SessionListing, { kind: "session" }>): string {
  const { files, streams } = missing;
  const lacks = [
    ...(files > 0 ? [`${files} ${files === 1 ? "file" : "files"} missing`] : []),
    ...(streams > 0 ? [`gaps in ${streams} ${streams === 1 ? "stream" : "streams"}`] : []),
  ];
  return [status, ...lacks].join(", ");
}

function pageJson(page: SessionPage): object {
  return { sessions: page.sessions.map(listingJson), next: page.next ?? null, total: page.total };
}

function listingJson(listing: SessionListing): object {
  if (listing.kind === "broken") return { session_id: listing.id, broken: true, error: listing.error };
  const { id, name, status, startTime, endTime, durationS, devices, recordings, files, sizeBytes, simulated, missing } =
    listing;
  return {
    session_id: id,
    session_name: name,
    status,
    start_time: startTime,
    end_time: endTime,
    duration: durationS,
    devices,
    recordings,
    files,
    size_bytes: sizeBytes,
    simulated,
    missing,
  };
}
