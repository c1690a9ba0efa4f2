import type { Candidate } from "@polychron/devices";
import { addressNow } from "../../../apps/hub/src/record/device-connection.js";

const at = (address: string, label: string): Candidate => ({ family: "shimmer", address, label, simulated: false });
const WAY = { family: "shimmer", address: "COM5", found_as: "Shimmer3-3A5F" };

test("a sensor that is still at its port is looked for there", () => {
  expect(addressNow(WAY, [at("COM7", "Shimmer3-9B02 (COM7)"), at("COM5", "Shimmer3-3A5F (COM5)")])).toBe("COM5");
});

test("a sensor that was paired anew is looked for where it calls itself the same, not at the port it had", () => {
  expect(addressNow(WAY, [at("COM5", "Shimmer3-9B02 (COM5)"), at("COM9", "Shimmer3-3A5F (COM9)")])).toBe("COM9");
});

test("a sensor that a scan does not find, or that was reached by hand, is tried where it was", () => {
  expect(addressNow(WAY, [at("COM7", "Shimmer3-9B02 (COM7)")])).toBe("COM5");
  expect(addressNow({ family: "shimmer", address: "/dev/a" }, [at("/dev/b", "/dev/b")])).toBe("/dev/a");
});
