import { heldFile, pairRequest, phoneEvent, phoneHello, phoneStatus, plainReason, stopAck } from "@polychron/protocol";
import type { z } from "zod";

function reasonOf(schema: z.ZodType, value: unknown): string {
  return plainReason(schema.safeParse(value).error!);
}

test.each<[z.ZodType, unknown, string]>([
  [phoneStatus, { device_time_s: 1, battery_percent: 500 }, "battery_percent must be at most 100"],
  [phoneStatus, { device_time_s: 1, wifi_name: "x".repeat(101) }, "wifi_name must be at most 100 characters"],
  [phoneStatus, {}, "device_time_s must be a number"],
  [phoneStatus, { device_time_s: 1, imei: 1, imsi: 2 }, "imei, imsi is unknown"],
  [phoneStatus, { device_time_s: 1, storage_free_bytes: 0.5 }, "storage_free_bytes must be a whole number"],
  [phoneStatus, "a status", "it must be an object"],
  [phoneEvent, { kind: "x", label: "y", device_time_s: 1 }, 'kind must be "marker" or "warning" or "error"'],
  [phoneEvent, { kind: "error", label: "", device_time_s: 1 }, "label must be at least 1 characters"],
  [pairRequest, { code: 1, name: "x" }, "code must be text"],
  [stopAck, { ok: true, next_seq: {}, files: [{ file_id: "../x" }] }, "files[0].file_id must be like"],
  [heldFile.pick({ ext: true }), { ext: "json" }, "ext: the extension 'json' is taken"],
])("what %# is wrong is said in plain words", (schema, value, reason) => {
  expect(reasonOf(schema, value)).toContain(reason);
});

test("of many faults the first are told and the others counted, in one line of bounded length", () => {
  const streams = Array.from({ length: 17 }, () => ({ ["x".repeat(5_000)]: 1 }));
  const reason = reasonOf(phoneHello, { streams });
  expect(reason.length).toBeLessThanOrEqual(300);
  expect(reason).not.toMatch(/[✖→\n]/);
  expect(reasonOf(phoneHello, {})).toMatch(/; \d+ more$/);
});
