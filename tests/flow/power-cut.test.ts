import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Lab } from "@polychron/hub";
import { PYTHON } from "../export/python.js";
import { readRemains, startInterruptibleRun, startLabHub } from "./interruptible-run.js";

/** Written after 200 ms, synced after another second: what a power cut may cost a stream (durability class of samples). */
const SAMPLES_LOST_AT_MOST_S = 1.5;
/** `EXT4_IOC_SHUTDOWN` with the flag that neither the journal nor any page is flushed. */
const PULL_THE_PLUG =
  "import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

const run = promisify(execFile);

/** A disk of its own: an ext4 file system in a file, which can lose its power. */
async function makeDisk(folder: string): Promise<string> {
  const image = join(folder, "disk.img");
  await run("dd", ["if=/dev/zero", `of=${image}`, "bs=1M", "count=64", "status=none"]);
  await run("mkfs.ext4", ["-q", image]);
  await mkdir(join(folder, "disk"));
  await mount(folder);
  return join(folder, "disk");
}

const mount = (folder: string) => run("mount", ["-o", "loop", join(folder, "disk.img"), join(folder, "disk")]);

/** The process that held the disk is gone, but the kernel may take a moment to let go of it. */
async function unmount(folder: string): Promise<void> {
  await run("umount", ["-l", join(folder, "disk")]);
}

function canMount(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && spawnSync("losetup", ["-f"]).status === 0;
}

const name =
  "the power is cut while the hub records: acknowledged markers are there, and at most 1.5 s of samples are gone";
const title = canMount() ? name : `${name} (not run: needs root and a loop device)`;

(canMount() ? test : test.skip)(
  title,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "polychron-power-"));
    const lab = await Lab.start({ shimmers: 2, seed: 11 });
    try {
      const recordings = await makeDisk(folder);
      const interrupted = await startInterruptibleRun(recordings, lab);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const cutUs = await interrupted.interrupt(
        async () => void (await run(PYTHON, ["-c", PULL_THE_PLUG, recordings])),
      );
      await unmount(folder);
      await mount(folder);
      const { acknowledged, session } = interrupted;
      const remains = await readRemains(recordings, session, cutUs);
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(remains.labels.slice(0, acknowledged.length)).toEqual(acknowledged);
      expect(remains.isGapless).toBe(true);
      expect(Math.max(...remains.silentS)).toBeLessThan(SAMPLES_LOST_AT_MOST_S);
      const hub = await startLabHub(recordings, lab);
      await hub.client.until(
        (snapshot) => snapshot.interrupted.some((view) => view.id === session),
        "the interrupted session",
      );
      await hub.client.order({ kind: "recover_session", session, choice: "end" });
      expect(await hub.stop()).toBe(0);
    } finally {
      await lab.close();
      await unmount(folder).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    }
  },
  90_000,
);
