import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab, type HubClient } from "@polychron/hub";
import { checkSession, diskFiles, SessionReader } from "@polychron/session/store";
import { startHubProcess } from "./hub-process.js";

/** More than the reserve below which nothing is begun, and little enough to be filled at once. */
const DISK_MEGABYTES = 96;

const place = mkdtempSync(join(tmpdir(), "polychron-disk-"));
const hasDisk = mountSmallDisk();
afterAll(() => {
  if (hasDisk) execFileSync("umount", [place]);
  rmSync(place, { recursive: true });
});

/** A disk of its own, in memory; false where this user may not mount one. */
function mountSmallDisk(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m`, "tmpfs", place], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const testOnDisk = hasDisk ? test : test.skip;
const whyNot = hasDisk ? "" : " (not run: only root may mount a small disk)";

/** Writes until the disk takes no byte more; returns the way to make room again. */
async function fill(): Promise<() => Promise<void>> {
  const path = join(place, "filler");
  const file = await open(path, "w");
  try {
    for (let bytes = 1 << 20; bytes >= 1;) {
      const { bytesWritten } = await file.write(Buffer.alloc(bytes)).catch(() => ({ bytesWritten: 0 }));
      if (bytesWritten < bytes) bytes >>= 1;
    }
  } finally {
    await file.close();
  }
  return () => rm(path);
}

/** Sets markers until the disk takes no more of them; returns the labels that were acknowledged. */
async function markUntilRefused(client: HubClient, session: string): Promise<string[]> {
  const kept: string[] = [];
  // The last blocks of the log's file may still have room for some.
  for (let number = 1; number < 1_000; number++) {
    const answer = await client.send({ kind: "marker", session, label: `mark ${number}` });
    if (answer.ok) kept.push(`mark ${number}`);
    else {
      expect(answer.error).toMatchObject({ code: "STORAGE_FULL", remedy: expect.stringContaining("Free space") });
      return kept;
    }
  }
  throw new Error("the disk took every marker");
}

async function markersOf(recordings: string, session: string): Promise<string[]> {
  const labels: string[] = [];
  const reader = await SessionReader.open(diskFiles(), recordings, session);
  for await (const event of reader.events()) if (event.event === "marker") labels.push(String(event["label"]));
  return labels;
}

testOnDisk(
  `a disk that is full in mid-recording is said at once; with room again the recording goes on by itself and nothing is lost${whyNot}`,
  async () => {
    const recordings = join(place, "recordings");
    await mkdir(recordings);
    const lab = await Lab.start({ shimmers: 2, seed: 21 });
    const ports = lab.candidates.map((candidate) => candidate.address);
    const hub = await startHubProcess(recordings, ["--serial-port", ...ports]);
    const { client } = hub;
    try {
      for (const address of ports) await client.order({ kind: "connect_device", family: "shimmer", address });
      const session = String((await client.order({ kind: "create_session", name: "full" }))["session"]);
      await client.order({ kind: "start_recording", session });
      const written = (): number[] =>
        client.snapshot.sessions[0]?.recording?.streams.map((stream) => stream.written) ?? [];
      await client.until(() => written().length === 2 && written().every((rows) => rows > 100), "samples on the disk");

      const makeRoom = await fill();
      const full = await client.until(
        (snapshot) => snapshot.faults.some((fault) => fault.code === "STORAGE_FULL"),
        "the full disk",
      );
      expect(full.faults.find((fault) => fault.code === "STORAGE_FULL")!.remedy).toContain("Free space");
      const kept = await markUntilRefused(client, session);
      await client.until((snapshot) => snapshot.hub.free_bytes === 0, "a disk without room");
      const reader = await SessionReader.open(diskFiles(), recordings, session);
      expect(await reader.streams()).toHaveLength(2);
      const before = written();

      await makeRoom();
      await client.until(
        () => written().every((rows, index) => rows > before[index]! + 200),
        "samples after the fault",
      );
      expect(await client.send({ kind: "marker", session, label: "room again" })).toMatchObject({ ok: true });
      await client.order({ kind: "stop_recording", session });
      await client.order({ kind: "end_session", session });

      const { metadata } = await SessionReader.open(diskFiles(), recordings, session);
      for (const stream of metadata.recordings[0]!.streams)
        expect([stream.expected, stream.received]).toEqual([stream.written, stream.written]);
      expect(metadata.errors.map((fault) => fault.code)).toContain("STORAGE_FULL");
      expect(await markersOf(recordings, session)).toEqual([...kept, "room again"]);
      const report = await checkSession({ files: diskFiles(), recordingsFolder: recordings, sessionId: session });
      expect(report.findings.filter((finding) => finding.severity !== "info")).toEqual([]);
    } finally {
      expect(await hub.stop()).toBe(0);
      await lab.close();
    }
  },
  90_000,
);

testOnDisk(
  `on a disk below the reserve nothing new is recorded, there is a warning in the session, and both end with the need${whyNot}`,
  async () => {
    const recordings = join(place, "reserve");
    await mkdir(recordings);
    await rm(join(place, "filler"), { force: true });
    const hub = await startHubProcess(recordings, ["--simulate", "1"]);
    const { client } = hub;
    try {
      const { family, address } = client.snapshot.candidates[0]!;
      await client.order({ kind: "connect_device", family, address });
      const session = String((await client.order({ kind: "create_session", name: "reserve" }))["session"]);
      const filler = await open(join(place, "filler"), "w");
      await filler.write(Buffer.alloc((DISK_MEGABYTES - 8) << 20));
      await filler.close();
      expect(await client.send({ kind: "start_recording", session })).toMatchObject({
        error: { code: "STORAGE_FULL", remedy: expect.stringContaining("Free space") },
      });
      const warned = await client.until(
        (snapshot) => snapshot.faults.some((fault) => fault.code === "STORAGE_LOW"),
        "the warning",
      );
      expect(warned.sessions[0]!.state).toBe("active");
      await rm(join(place, "filler"));
      await client.order({ kind: "start_recording", session });
      await client.order({ kind: "stop_recording", session });
      await client.order({ kind: "end_session", session });
      const reader = await SessionReader.open(diskFiles(), recordings, session);
      const kinds: string[] = [];
      for await (const { event } of reader.events()) kinds.push(event);
      expect(kinds.filter((kind) => kind === "warning")).toHaveLength(1);
    } finally {
      expect(await hub.stop()).toBe(0);
    }
  },
  60_000,
);
