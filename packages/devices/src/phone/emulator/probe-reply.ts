import type { HubToClock, ProbeReply } from "@polychron/protocol";

type Probe = Parameters<HubToClock["probe"]>[0];

/** The answer to a probe, as long as the probe where its padding allows: a longer message would take longer. */
export function probeReply(probe: Probe, clockId: string, t2S: number, readS: () => number): ProbeReply {
  const reply = { id: probe.id, t2_s: t2S, t3_s: t2S, clock_id: clockId, pad: "" };
  const spareChars = JSON.stringify(probe).length - JSON.stringify(reply).length;
  const pad = probe.pad.slice(0, Math.max(0, spareChars));
  return { ...reply, pad, t3_s: readS() };
}
