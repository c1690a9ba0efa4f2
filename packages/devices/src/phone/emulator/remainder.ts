import type { WireBlock } from "@polychron/protocol";

/** Samples that were never acknowledged as a CSV of the session format; their arrival is empty, for they never arrived. */
export function remainderCsv(names: readonly string[], blocks: readonly WireBlock[]): string {
  const head = ["seq", "device_time_s", "arrival_time_s", ...names].join(",");
  return [head, ...blocks.flatMap(lines)].map((line) => `${line}\n`).join("");
}

function lines({ firstSeq, deviceTimeS, channels, missing }: WireBlock): string[] {
  return Array.from(deviceTimeS, (timeS, row) => {
    const values = channels.map((column, channel) => (missing?.[channel]?.[row] ? "" : numberText(column[row]!)));
    return [firstSeq + row, numberText(timeS), "", ...values].join(",");
  });
}

/** The shortest text that reads back as the same double, which must not lose the sign of a zero. */
function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
