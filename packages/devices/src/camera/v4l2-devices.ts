import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ListedCamera } from "./device-lists.js";

/** A camera of a Linux system. */
export interface V4l2Camera extends ListedCamera {
  /** Names the thing itself: its link by serial number, else by socket, else its place on the bus, else its address. */
  readonly hardwareId: string;
}

const NODE = /^video\d+$/;

/**
 * The capture devices of a Linux system, in the order of their numbers; nothing is opened.
 * @param root where the system's own folders are: `/`, or a copy in a test
 */
export async function listV4l2Cameras(root: string): Promise<V4l2Camera[]> {
  const found = await namesIn(join(root, "sys/class/video4linux"));
  const nodes = found.filter((name) => NODE.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  const cameras = await Promise.all(nodes.map((node) => cameraAt(root, node)));
  return cameras.filter((camera) => camera !== undefined);
}

async function cameraAt(root: string, node: string): Promise<V4l2Camera | undefined> {
  const folder = join(root, "sys/class/video4linux", node);
  if (!(await isCapture(root, folder))) return undefined;
  const address = `/dev/${node}`;
  const name = (await textOf(join(folder, "name"))) ?? address;
  return { address, name, hardwareId: (await hardwareIdOf(root, node, folder)) ?? address };
}

/** A camera has a second node for facts about its pictures; udev knows which is which, else the first is the camera. */
async function isCapture(root: string, folder: string): Promise<boolean> {
  const number = await textOf(join(folder, "dev"));
  const known = number === undefined ? undefined : await textOf(join(root, `run/udev/data/c${number}`));
  const capabilities = /^E:ID_V4L_CAPABILITIES=(.*)$/m.exec(known ?? "")?.[1];
  if (capabilities !== undefined) return capabilities.includes(":capture:");
  return ((await textOf(join(folder, "index"))) ?? "0") === "0";
}

async function hardwareIdOf(root: string, node: string, folder: string): Promise<string | undefined> {
  for (const kind of ["by-id", "by-path"]) {
    const links = join(root, "dev/v4l", kind);
    for (const link of (await namesIn(links)).sort()) {
      if (basename(await readlink(join(links, link))) === node) return link;
    }
  }
  const device = await orNothing(realpath(join(folder, "device")));
  return device === undefined ? undefined : `usb-${basename(device)}`;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await orNothing(readdir(folder))) ?? [];
}

async function textOf(path: string): Promise<string | undefined> {
  return (await orNothing(readFile(path, "utf8")))?.trim();
}

/** What is not there is no fault: systems without cameras have none of these folders, and a camera may be pulled at any moment. */
async function orNothing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENODEV" || code === "ENOTDIR") return undefined;
    throw thrown;
  }
}

function numberOf(node: string): number {
  return Number(node.slice("video".length));
}
