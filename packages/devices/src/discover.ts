import type { Candidate } from "./driver.js";

/** Names under which Shimmers are paired (protocol reference, section 1). */
const SHIMMER_NAME = /Shimmer3R?-([0-9A-F]{4})|S3BLE-([0-9A-F]{4})/i;
/** Ports that a Bluetooth serial link has on Linux, macOS and Windows. */
const SERIAL_LINK = /^\/dev\/rfcomm\d+$|^\/dev\/(tty|cu)\.Shimmer/i;
const BLUETOOTH_PORT = /BTHENUM|bluetooth/i;

/** A serial port as the system lists it. */
export interface ListedPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly pnpId?: string | undefined;
  readonly friendlyName?: string | undefined;
}

/** Ports that a Shimmer may stand behind, and those given by hand; opens nothing. */
export async function discoverShimmers(
  given: readonly string[],
  listPorts: () => Promise<readonly ListedPort[]> = listSerialPorts,
): Promise<Candidate[]> {
  const found = (await listPorts()).filter(mayBeShimmer);
  const byHand = given.filter((address) => !found.some((port) => port.path === address));
  return [
    ...found.map((port) => candidate(port.path, labelOf(port))),
    ...byHand.map((address) => candidate(address, address)),
  ];
}

/** The system's serial ports. Slim Linux systems have no udevadm, which the list needs: then only ports given by hand are offered. */
export async function listSerialPorts(): Promise<readonly ListedPort[]> {
  const { SerialPort } = await import("serialport");
  try {
    return await SerialPort.list();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}

function mayBeShimmer(port: ListedPort): boolean {
  const texts = [port.path, port.friendlyName, port.pnpId, port.manufacturer].join(" ");
  return SERIAL_LINK.test(port.path) || SHIMMER_NAME.test(texts) || BLUETOOTH_PORT.test(texts);
}

function labelOf(port: ListedPort): string {
  const name = SHIMMER_NAME.exec([port.friendlyName, port.path].join(" "))?.[0];
  return name === undefined ? port.path : `${name} (${port.path})`;
}

function candidate(address: string, label: string): Candidate {
  return { family: "shimmer", address, label, simulated: false };
}
