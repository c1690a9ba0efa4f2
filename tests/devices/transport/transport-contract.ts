import type { DevicePort, Transport } from "@polychron/devices";
import { hexOf } from "../bytes.js";

/** A transport with the device's end of its pipe. */
export interface PipeUnderTest {
  readonly transport: Transport;
  readonly port: DevicePort;
  /** Hub microseconds now. */
  nowUs(): number;
  /** Lets everything under way arrive. */
  settle(): Promise<void>;
  dispose(): Promise<void>;
}

const never = new AbortController().signal;

/** What every transport must do, whatever carries its bytes. */
export function transportContract(name: string, make: () => Promise<PipeUnderTest>): void {
  describe(`a transport: ${name}`, () => {
    let pipe: PipeUnderTest;
    let toHost: string[];
    let toDevice: string[];
    let stamps: number[];
    let reasons: string[];

    beforeEach(async () => {
      pipe = await make();
      [toHost, toDevice, stamps, reasons] = [[], [], [], []];
      pipe.transport.onChunk((bytes, arrivalUs) => {
        toHost.push(...hexOf(bytes).split(" "));
        stamps.push(arrivalUs);
      });
      pipe.transport.onClosed((reason) => reasons.push(reason));
      pipe.port.onReceived((bytes) => toDevice.push(...hexOf(bytes).split(" ")));
    });
    afterEach(() => pipe.dispose());

    /** Opens, and waits until the device's end knows. */
    async function open(): Promise<void> {
      const up = linkIs(true);
      await pipe.transport.open(never);
      await up;
    }

    function linkIs(isUp: boolean): Promise<void> {
      return new Promise((resolve) => {
        const unlisten = pipe.port.onLink((value) => {
          if (value !== isUp) return;
          unlisten();
          resolve();
        });
      });
    }

    async function until(isTrue: () => boolean): Promise<void> {
      while (!isTrue()) await pipe.settle();
    }

    test("carries every byte value both ways, in order", async () => {
      await open();
      const all = Uint8Array.from({ length: 256 }, (_, value) => value);
      await pipe.transport.write(all);
      pipe.port.send(all);
      await until(() => toHost.length >= 256 && toDevice.length >= 256);
      expect(toHost.join(" ")).toBe(hexOf(all));
      expect(toDevice.join(" ")).toBe(hexOf(all));
    });

    test("stamps what arrives with the hub's time of its arrival", async () => {
      await open();
      const beforeUs = pipe.nowUs();
      pipe.port.send(Uint8Array.of(1));
      await until(() => stamps.length > 0);
      expect(stamps[0]).toBeGreaterThanOrEqual(beforeUs);
      expect(stamps[0]).toBeLessThanOrEqual(pipe.nowUs());
    });

    test("takes no bytes before it is open and after it is closed", async () => {
      const closed = { code: "TRANSPORT_CLOSED" };
      await expect(pipe.transport.write(Uint8Array.of(1))).rejects.toMatchObject(closed);
      await open();
      await pipe.transport.close();
      await expect(pipe.transport.write(Uint8Array.of(1))).rejects.toMatchObject(closed);
    });

    test("closes as often as asked, and tells nobody that it ended by itself", async () => {
      await pipe.transport.close();
      await open();
      const down = linkIs(false);
      await pipe.transport.close();
      await pipe.transport.close();
      await down;
      expect(reasons).toEqual([]);
    });

    test("does not open for a caller who has given up", async () => {
      const reason = new Error("given up");
      await expect(pipe.transport.open(AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    test("a listener that was removed hears nothing", async () => {
      await open();
      let heard = 0;
      pipe.transport.onChunk(() => (heard += 1))();
      pipe.port.send(Uint8Array.of(1));
      await until(() => toHost.length > 0);
      expect(heard).toBe(0);
    });

    test("the device cannot send to a host that is not there", () => {
      expect(pipe.port.send(Uint8Array.of(1))).toBe(false);
    });

    test("a port that is gone is told apart from one that fails", async () => {
      pipe.port.cut("gone");
      await expect(pipe.transport.open(never)).rejects.toMatchObject({ code: "TRANSPORT_NOT_FOUND" });
    });
  });
}
