import type { Driver, DriverNotice, DriverSink } from "@polychron/devices";
import type { JsonObject, SampleBlock } from "@polychron/session/model";

/** A driver with a device at its other end. */
export interface DriverUnderTest {
  readonly driver: Driver;
  /** Resolves when the device can be reached: one that a host has just left may need a moment. */
  ready(): Promise<void>;
  /** Lets a little time pass, real or moved by hand. */
  pass(): Promise<void>;
  dispose(): Promise<void>;
}

/** Makes a driver that reports to this sink; a device stands ready for it. */
export type MakeDriver = (sink: DriverSink) => Promise<DriverUnderTest>;

/** What the contract needs to know of a family. */
export interface DriverFamily {
  readonly make: MakeDriver;
  /** Settings that the device takes, other than its defaults. */
  readonly otherSettings: JsonObject;
  readonly badSettings: JsonObject;
}

const never = new AbortController().signal;

/** What every driver must do, whatever its device. */
export function driverContract(name: string, { make, otherSettings, badSettings }: DriverFamily): void {
  describe(`a driver: ${name}`, () => {
    let under: DriverUnderTest;
    let driver: Driver;
    let blocks: SampleBlock[];
    let notices: DriverNotice[];

    beforeEach(async () => {
      [blocks, notices] = [[], []];
      under = await make({
        onBlock: (block) => void blocks.push(block),
        onNotice: (notice) => void notices.push(notice),
      });
      driver = under.driver;
    });
    afterEach(async () => {
      await settle(driver.close());
      await under.dispose();
    });

    /** Waits for a promise of the driver while time passes. */
    async function settle<Value>(work: Promise<Value>): Promise<Value> {
      let isDone = false;
      const marked = work.finally(() => (isDone = true));
      marked.catch(() => undefined);
      while (!isDone) await under.pass();
      return marked;
    }

    async function until(isTrue: () => boolean): Promise<void> {
      while (!isTrue()) await under.pass();
    }

    async function armed(): Promise<void> {
      await under.ready();
      await settle(driver.connect(never));
      await settle(driver.arm(never));
      await until(() => samples() >= 50);
    }

    const samples = (): number => blocks.reduce((sum, { count }) => sum + count, 0);
    const phases = (): string[] => notices.flatMap((notice) => (notice.kind === "phase" ? [notice.phase] : []));

    test("goes through its phases in order and says each", async () => {
      expect(driver.phase).toBe("closed");
      await armed();
      expect(driver.phase).toBe("armed");
      await settle(driver.disarm(never));
      expect(driver.phase).toBe("connected");
      await settle(driver.close());
      expect(driver.phase).toBe("closed");
      expect(phases()).toEqual(["connecting", "connected", "armed", "connected", "closed"]);
    });

    test("knows its device by legal names, the same ones after a new connection", async () => {
      const identity = await settle(driver.connect(never));
      expect(identity.proposedId).toMatch(/^[a-z0-9_]{1,40}$/);
      expect(identity.hardwareId).not.toBe("");
      await settle(driver.close());
      await under.ready();
      expect(await settle(driver.connect(never))).toEqual(identity);
    });

    test("delivers the streams it announced, in blocks that fit them", async () => {
      await armed();
      const streams = new Map(driver.streams.map((stream) => [stream.fileType, stream]));
      for (const block of blocks) {
        expect(block.count).toBeGreaterThan(0);
        const lengths = [block.deviceTimeS, block.arrivalUs, ...block.channels].map(({ length }) => length);
        expect(new Set(lengths)).toEqual(new Set([block.count]));
        expect(block.channels.length).toBe(streams.get(block.fileType)!.channels.length);
      }
    });

    test("numbers samples without a hole that it does not name, in growing device time, never before they arrived", async () => {
      await armed();
      const named = notices.flatMap((notice) => (notice.kind === "gap" ? [notice] : []));
      for (const { fileType } of driver.streams) {
        const own = blocks.filter((block) => block.fileType === fileType);
        let nextSeq = own[0]?.firstSeq;
        for (const { firstSeq, count } of own) {
          const gap: unknown = expect.objectContaining({ fileType, fromSeq: nextSeq, toSeq: firstSeq });
          if (firstSeq !== nextSeq) expect(named).toContainEqual(gap);
          nextSeq = firstSeq + count;
        }
        expect(isGrowing(own.flatMap(({ deviceTimeS }) => [...deviceTimeS]))).toBe(true);
      }
      expect(isNeverLess(blocks.flatMap(({ arrivalUs }) => [...arrivalUs]))).toBe(true);
    });

    test("sends nothing after disarm and goes on counting after the next arm", async () => {
      await armed();
      await settle(driver.disarm(never));
      const before = blocks.length;
      for (let turn = 0; turn < 20; turn++) await under.pass();
      expect(blocks.length).toBe(before);
      const { firstSeq, count } = blocks.at(-1)!;
      await settle(driver.arm(never));
      await until(() => blocks.length > before);
      expect(blocks[before]!.firstSeq).toBeGreaterThanOrEqual(firstSeq + count);
    });

    test("takes settings while connected, says what is in force, and announces the streams they make", async () => {
      await settle(driver.connect(never));
      const before = driver.settings;
      await settle(driver.configure(otherSettings, never));
      expect(driver.settings).not.toEqual(before);
      expect(driver.settings).toMatchObject(otherSettings);
    });

    test("refuses settings it does not know, and keeps those in force", async () => {
      await settle(driver.connect(never));
      const before = driver.settings;
      await expect(settle(driver.configure(badSettings, never))).rejects.toMatchObject({
        code: "DEVICE_SETTING_INVALID",
      });
      expect(driver.settings).toEqual(before);
    });

    test("refuses what its phase does not allow", async () => {
      const refused = { code: "DEVICE_STATE_INVALID" };
      await expect(settle(driver.arm(never))).rejects.toMatchObject(refused);
      await armed();
      await expect(settle(driver.connect(never))).rejects.toMatchObject(refused);
      await expect(settle(driver.configure(otherSettings, never))).rejects.toMatchObject(refused);
      expect(driver.phase).toBe("armed");
    });

    test("a caller who gives up gets the reason, and the device is let go", async () => {
      const reason = new Error("given up");
      const abort = new AbortController();
      const connecting = driver.connect(abort.signal);
      abort.abort(reason);
      await expect(settle(connecting)).rejects.toBe(reason);
      expect(driver.phase).toBe("closed");
      await armed();
    });

    test("closes in any phase, as often as asked, and is silent afterwards", async () => {
      await armed();
      await settle(driver.close());
      await settle(driver.close());
      const before = [blocks.length, notices.length];
      for (let turn = 0; turn < 20; turn++) await under.pass();
      expect([blocks.length, notices.length]).toEqual(before);
    });
  });
}

function isGrowing(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || value > values[at - 1]!);
}

function isNeverLess(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || value >= values[at - 1]!);
}
