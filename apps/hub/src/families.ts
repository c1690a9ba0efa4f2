import {
  CameraDriver,
  discoverCameras,
  discoverShimmers,
  PhoneDriver,
  SerialTransport,
  ShimmerDriver,
  type Candidate,
} from "@polychron/devices";
import type { Clock, Timers } from "@polychron/session/model";
import { ServiceError } from "./errors.js";
import type { Lab } from "./lab/lab.js";
import { PHONE_FAMILY } from "./record/admit-phone.js";
import type { Family } from "./record/device-registry.js";
import type { PhoneDirectory } from "./server/phone-directory.js";
import type { HubConfig } from "./settings.js";

/** What the families are built from. */
export interface FamilyWorld {
  readonly lab: Lab | undefined;
  readonly directory: PhoneDirectory;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** The device families of this hub, real and simulated alike behind the same drivers. */
export function deviceFamilies(config: HubConfig, world: FamilyWorld): Family[] {
  return [shimmerFamily(config, world), phoneFamily(world), cameraFamily(config, world)];
}

function shimmerFamily(config: HubConfig, { lab, clock, timers }: FamilyWorld): Family {
  return {
    family: "shimmer",
    discover: async () => [...(await discoverShimmers(config.serialPorts)), ...simulated(lab, "shimmer")],
    create: (candidate: Candidate, settings, sink) => {
      const { address, simulated } = candidate;
      const transport = lab?.transport(address) ?? new SerialTransport({ address, clock, timers });
      return new ShimmerDriver({ transport, address, sink, clock, timers, simulated, settings });
    },
  };
}

/** Phones come by themselves: a scan shows those that are here, and nobody else can be connected. */
function phoneFamily({ directory, clock, timers }: FamilyWorld): Family {
  return {
    family: PHONE_FAMILY,
    discover: () => Promise.resolve(directory.candidates()),
    create: ({ address }, settings, sink) => {
      const link = directory.link(address);
      if (link === undefined) throw new ServiceError("DEVICE_NOT_FOUND", { device: address });
      return new PhoneDriver({ link, sink, clock, timers, settings });
    },
  };
}

function cameraFamily({ ffmpeg: ffmpegPath }: HubConfig, { lab, clock, timers }: FamilyWorld): Family {
  return {
    family: "camera",
    discover: async () => [...(await discoverCameras({ ffmpegPath })), ...simulated(lab, "camera")],
    create: ({ address, simulated }, settings, sink) => {
      const spawn = lab?.cameraSpawn(address);
      return new CameraDriver({
        address,
        simulated,
        ffmpegPath,
        settings,
        sink,
        clock,
        timers,
        ...(spawn && { spawn }),
      });
    },
  };
}

function simulated(lab: Lab | undefined, family: string): readonly Candidate[] {
  return (lab?.candidates ?? []).filter((candidate) => candidate.family === family);
}
