import fc from "fast-check";
import { HubError } from "@polychron/session/model";
import { kindsOrdered, parseLabFault } from "../../../apps/hub/src/lab/lab-fault.js";

test.each([
  ["drop:5@3", "shimmer", 1, { kind: "drop", count: 5, atS: 3 }],
  ["close@4:2#2", "shimmer", 2, { kind: "close", atS: 4, durationS: 2 }],
  ["drop@1#shimmer3", "shimmer", 3, { kind: "drop", atS: 1 }],
  ["reset@1#all", "shimmer", "all", { kind: "reset" }],
  ["vanish@5:6", "phone", 1, { kind: "vanish", atS: 5, durationS: 6 }],
  ["slow-reader@1:2#phone4", "phone", 4, { kind: "slow-reader", durationS: 2 }],
  ["wrong-hash@1#all", "phone", "all", { kind: "wrong-hash" }],
  ["kill-encoder@2.5#camera2", "camera", 2, { kind: "kill-encoder", atS: 2.5 }],
  ["kill-encoder@2#2", "camera", 2, { kind: "kill-encoder", atS: 2 }],
])("%s is ordered of %s %s", (text, family, device, fault) => {
  expect(parseLabFault(text)).toMatchObject({ text, family, device, fault });
});

test.each([
  "explode@3",
  "vanish@3#shimmer1",
  "drop@1#camera1",
  "drop@1#0",
  "drop@1#phone",
  "drop@1#2#3",
  "kill-encoder:2@3",
  "",
])("'%s' is refused with the kinds that there are", (text) => {
  expect(() => parseLabFault(text)).toThrow(
    expect.objectContaining({ code: "DEVICE_FAULT_INVALID", message: expect.any(String) }) as Error,
  );
});

test("any text is a fault or a typed error", () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^(drop|vanish|kill-encoder)(:\d+)?@\d+#?(phone|camera)?\d?$/));
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(parseLabFault(text).text).toBe(text);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(HubError);
      }
    }),
  );
});

test("the faults of a device are those ordered of it, of its number, and of all of its family", () => {
  const faults = ["vanish@1#phone2", "reboot@1#all", "vanish@1#phone1", "kill-encoder@1#2"].map(parseLabFault);
  expect(kindsOrdered(faults, { family: "phone", number: 2 })).toEqual(["vanish", "reboot"]);
  expect(kindsOrdered(faults, { family: "camera", number: 2 })).toEqual(["kill-encoder"]);
  expect(kindsOrdered(faults, { family: "shimmer", number: 2 })).toEqual([]);
});
