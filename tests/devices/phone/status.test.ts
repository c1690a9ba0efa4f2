import type { PhoneStatus } from "@polychron/protocol";
import { STATUS_CHANNELS } from "../../../packages/devices/src/phone/status-row.js";
import { StatusRows } from "../../../packages/devices/src/phone/status-rows.js";
import { phoneStreams } from "../../../packages/devices/src/phone/streams.js";

const NAMES = STATUS_CHANNELS.map(({ name }) => name);

/** A row by the names of its columns; null where nothing is known. */
function read(rows: StatusRows, status: PhoneStatus): Record<string, number | null> {
  const row = rows.row("status", status, 5)!;
  return Object.fromEntries(NAMES.map((name, at) => [name, row.missing![at]![0] === 1 ? null : row.channels[at]![0]!]));
}

test.each([
  ["none", 0],
  ["2g", 2],
  ["3g", 3],
  ["4g", 4],
  ["5g", 5],
  ["other", -1],
  [null, null],
] as const)("the mobile network '%s' is generation %s", (cellular_type, generation) => {
  expect(read(new StatusRows(), { device_time_s: 1, cellular_type })).toMatchObject({
    cellular_generation: generation,
  });
});

test("networks are numbered as they appear, and keep their numbers", () => {
  const rows = new StatusRows();
  const names = ["home", "lab", null, "home", "lab"];
  const ids = names.map((wifi_name, at) => read(rows, { device_time_s: at, wifi_name })["wifi_name_id"]);
  expect(ids).toEqual([1, 2, null, 1, 2]);
});

test("a phone that makes up networks has numbers for 200 of them, and for those it had before", () => {
  const rows = new StatusRows();
  const idOf = (wifi_name: string, at: number): unknown => read(rows, { device_time_s: at, wifi_name })["wifi_name_id"];
  const ids = Array.from({ length: 202 }, (_, at) => idOf(`net ${at}`, at));
  expect(ids.slice(198)).toEqual([199, 200, null, null]);
  expect(idOf("net 7", 300)).toBe(8);
});

test("what a phone does not say is missing, a zero and a no are not", () => {
  const row = read(new StatusRows(), { device_time_s: 1, battery_charging: false, storage_free_bytes: 0 });
  const said = { battery_charging: 0, storage_free_bytes: 0 };
  expect(row).toEqual({ ...Object.fromEntries(NAMES.map((name) => [name, null])), ...said });
});

test("statuses of a clock that was set back are samples; one that is said again is none", () => {
  const rows = new StatusRows();
  const seqs = [100, 101, 87, 88, 101, 87, 102].map(
    (device_time_s) => rows.row("status", { device_time_s }, 5)?.firstSeq,
  );
  expect(seqs).toEqual([0, 1, 2, 3, undefined, undefined, 4]);
});

test("a status that is said again is no sample", () => {
  const rows = new StatusRows();
  expect(rows.row("status", { device_time_s: 2 }, 5)?.firstSeq).toBe(0);
  expect(rows.row("status", { device_time_s: 2 }, 6)).toBeUndefined();
  expect(rows.row("status", { device_time_s: 3 }, 7)?.firstSeq).toBe(1);
  rows.renew();
  expect(rows.row("status", { device_time_s: 1 }, 8)?.firstSeq).toBe(0);
});

test("the stream of statuses gives way to a stream of the phone's own that has its name", () => {
  const channels = [{ name: "a", unit: "", kind: "raw" as const, description: "" }];
  const hello = {
    ...{ protocol: "1.0", boot_id: "b", clock: { id: "hub_session", quant_s: 1e-3 }, model: "", app: "", os: "" },
    ...{ capabilities: [], simulated: false, held: [] },
    streams: [{ stream: "status", nominal_rate_hz: 1, channels }],
  };
  const { sent, status } = phoneStreams(hello);
  expect([sent[0]!.fileType, status.fileType]).toEqual(["status", "status_2"]);
  expect(status.clock.name).toBe("phone_hub_session");
});
