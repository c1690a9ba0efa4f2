import { discoverShimmers, listSerialPorts } from "@polychron/devices";

const listed = [
  { path: "/dev/rfcomm0" },
  { path: "/dev/ttyS0", manufacturer: "Board" },
  { path: "COM5", friendlyName: "Standard Serial over Bluetooth link (COM5)", pnpId: "BTHENUM\\{00001101}" },
  { path: "COM7", friendlyName: "Shimmer3-3A5F" },
  { path: "/dev/cu.Shimmer3R-00AB-BT" },
  { path: "/dev/ttyUSB0", manufacturer: "FTDI" },
];

test("ports that a Shimmer may stand behind are offered, others are not", async () => {
  const found = await discoverShimmers([], () => Promise.resolve(listed));
  expect(found.map(({ address, label }) => [address, label])).toEqual([
    ["/dev/rfcomm0", "/dev/rfcomm0"],
    ["COM5", "COM5"],
    ["COM7", "Shimmer3-3A5F (COM7)"],
    ["/dev/cu.Shimmer3R-00AB-BT", "Shimmer3R-00AB (/dev/cu.Shimmer3R-00AB-BT)"],
  ]);
  expect(new Set(found.map(({ family, simulated }) => `${family} ${simulated}`))).toEqual(new Set(["shimmer false"]));
});

test("ports given by hand are offered beside those found, each once", async () => {
  const found = await discoverShimmers(["/dev/rfcomm0", "/dev/ttyUSB0"], () => Promise.resolve(listed.slice(0, 1)));
  expect(found.map(({ address }) => address)).toEqual(["/dev/rfcomm0", "/dev/ttyUSB0"]);
});

test("a list that fails is told, not taken for an empty one", async () => {
  const failure = new Error("no bus");
  await expect(discoverShimmers([], () => Promise.reject(failure))).rejects.toBe(failure);
});

test("this machine's ports can be listed, with or without udevadm", async () => {
  expect(Array.isArray(await listSerialPorts())).toBe(true);
});
