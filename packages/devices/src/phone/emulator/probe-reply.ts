import type { HubToClock, ProbeReply } from "@polychron/protocol";

type Probe = Parameters<HubToClock["probe"]>[0];

/** The answer to a probe, as long as the probe, names included, where its padding allows: a longer message would take longer. */
export function probeReply(probe: Probe, clockId: string, t2S: number, readS: () => number): ProbeReply {
  const reply = { id: probe.id, t2_s: t2S, t3_s: t2S, clock_id: clockId, pad: "" };
  const spareChars = charsOf("probe", probe) - charsOf("probe_reply", reply);
  const t3S = readS(); // last but for the digits in which it is longer than t2
  const longer = String(t3S).length - String(t2S).length;
  return { ...reply, t3_s: t3S, pad: probe.pad.slice(0, Math.max(0, spareChars - longer)) };
}

function charsOf(name: string, value: object): number {
  return JSON.stringify([name, value]).length;
}
