import type { DeviceQuality, QualityFinding, QualityLevel, QualityReport } from "@polychron/session/format";
import { alignment } from "./alignment.js";
import { missingSamples, unnumberedSilentS } from "./sample-coverage.js";
import { countText, lengthText, listText, percentText } from "./words.js";

/** What the words of a verdict are made of. */
export interface Judged {
  readonly devices: readonly DeviceQuality[];
  readonly findings: readonly QualityFinding[];
}

/** The session in words that can be quoted: how well its streams are aligned, what is missing, and which device is to blame. */
export function verdict({ devices, findings }: Judged): QualityReport["verdict"] {
  const sentences = [alignment(devices), completeness(devices), blame(devices, findings)];
  return {
    level: sessionLevel(devices),
    text: sentences.filter((sentence) => sentence !== "").join(" "),
    findings: [...findings],
  };
}

function sessionLevel(devices: readonly DeviceQuality[]): QualityLevel {
  for (const level of ["poor", "fair", "good"] as const)
    if (devices.some((device) => device.level === level)) return level;
  return "unknown";
}

/** What is missing: by the numbering of the devices, and where tables have no samples that no number counts. */
function completeness(devices: readonly DeviceQuality[]): string {
  const streams = devices.flatMap((device) => device.streams).filter(({ expected }) => expected !== null);
  const without = devices.filter(({ streams: own, scores }) => own.length === 0 && scores.data.value !== null);
  const lacking = devices.flatMap((device) => silentWords(device));
  const sentences: string[] = [];
  const missing = sum(streams.map(missingSamples));
  if (missing > 0) sentences.push(missingText(missing, sum(streams.map((stream) => stream.expected!))));
  const none = without.length === 0 ? [] : [`of ${listText(without.map(({ device }) => device))} at all`];
  const silent = [...none, ...lacking];
  if (silent.length > 0) sentences.push(`There are no samples ${listText(silent)}${missing > 0 ? ", besides" : ""}.`);
  if (sentences.length > 0 || streams.length === 0) return sentences.join(" ");
  return devices.some(hasMissed) ? "" : "No sample is missing.";
}

function missingText(missing: number, expected: number): string {
  const share = percentText(missing / Math.max(1, expected));
  return `${countText(missing)} of ${countText(expected, "sample")} (${share}) ${missing === 1 ? "is" : "are"} missing.`;
}

/** Of a device the stream that has no samples for longest. */
function silentWords({ device, streams }: DeviceQuality): string[] {
  const silentS = new Map<string, number>();
  for (const stream of streams)
    silentS.set(stream.stream, (silentS.get(stream.stream) ?? 0) + unnumberedSilentS(stream));
  const mostS = Math.max(0, ...silentS.values());
  return mostS > 0 ? [`of ${device} for ${lengthText(mostS)}`] : [];
}

/** A recording that it was to take part in, and did not; its findings say which. */
function hasMissed({ starts }: DeviceQuality): boolean {
  return starts.some(({ status }) => status === "never");
}

/** The bad devices with the first thing that is wrong with each; without one, those with limits are named. */
function blame(devices: readonly DeviceQuality[], findings: readonly QualityFinding[]): string {
  const poor = devices.filter(({ level }) => level === "poor");
  if (poor.length > 0) return blamed(poor, findings).join(" ");
  const fair = devices.filter(({ level }) => level === "fair").map(({ device }) => device);
  return fair.length === 0 ? "" : `With limits: ${listText(fair)}.`;
}

/** Those of whom the same must be said together. */
function blamed(poor: readonly DeviceQuality[], findings: readonly QualityFinding[]): string[] {
  const byText = new Map<string, string[]>();
  for (const { device } of poor) {
    const { text } = findings.find((each) => each.device === device)!;
    byText.set(text, [...(byText.get(text) ?? []), device]);
  }
  return [...byText].map(([text, names]) => {
    return `${listText(names)} ${names.length === 1 ? "is bad" : "are bad for the same reason"}. ${text}`;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
