import { cueResidual, type CueResidual } from "@polychron/session/format";

/** The residuals in a `cues.json`: a list, or an object that holds one as `cues`; what is no residual is left out. */
export function cueResiduals(text: string): CueResidual[] {
  const list = listIn(parsed(text));
  return list.flatMap((entry) => {
    const read = cueResidual.safeParse(entry);
    return read.success ? [read.data] : [];
  });
}

function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  const inner = typeof value === "object" && value !== null && "cues" in value ? value.cues : undefined;
  return Array.isArray(inner) ? (inner as readonly unknown[]) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    // Derived from the recordings and made anew at will: a broken one only means that no cue is shown.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
