import { DeviceError, FAULT_KINDS, parseFault } from "@polychron/devices";

test.each([
  ["drop@3", { kind: "drop", count: 1, atS: 3, durationS: 0 }],
  ["drop:5@3", { kind: "drop", count: 5, atS: 3, durationS: 0 }],
  ["silence@2:1.5", { kind: "silence", count: 1, atS: 2, durationS: 1.5 }],
  ["close@0.25", { kind: "close", count: 1, atS: 0.25, durationS: 2 }],
  ["junk", { kind: "junk", count: 40, atS: 0, durationS: 0 }],
  ["junk:7@1", { kind: "junk", count: 7, atS: 1, durationS: 0 }],
  ["wrap@10", { kind: "wrap", count: 1, atS: 10, durationS: 0 }],
])("%s is understood", (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each(FAULT_KINDS.map((kind) => [kind]))("every kind can be ordered by its name alone: %s", (kind) => {
  expect(parseFault(kind).kind).toBe(kind);
});

test.each([
  "",
  "drop@",
  "drop@x",
  "drop:@3",
  "drop:0@3",
  "explode@3",
  "drop@3:2",
  "silence:2@1",
  "wrap:3@1",
  "drop@-1",
  "toString@1",
  "drop@1 ",
])("'%s' is refused with the list of kinds", (text) => {
  const order = (): unknown => parseFault(text);
  expect(order).toThrow(DeviceError);
  expect(order).toThrow(
    expect.objectContaining({ code: "DEVICE_FAULT_INVALID", remedy: expect.stringContaining("lowbattery") as string }),
  );
});
