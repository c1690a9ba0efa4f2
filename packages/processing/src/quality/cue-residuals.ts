import { cueResidual, type CueResidual } from "@polychron/session/format";

/** What a `cues.json` holds. */
export interface ReadResiduals {
  readonly residuals: readonly CueResidual[];
  /** What could not be read of it, for people; null where all could. */
  readonly fault: string | null;
}

/** The residuals in a `cues.json`: a list, or an object that holds one as `cues`; what is no residual is left out and told. */
export function cueResiduals(text: string): ReadResiduals {
  const list = listIn(parsed(text));
  if (list === undefined) return { residuals: [], fault: "it is no list of cues" };
  const residuals = list.flatMap((entry) => {
    const read = cueResidual.safeParse(entry);
    return read.success ? [read.data] : [];
  });
  const strange = list.length - residuals.length;
  return { residuals, fault: strange === 0 ? null : `${strange} of ${list.length} cues in it cannot be read` };
}

function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  const inner = typeof value === "object" && value !== null && "cues" in value ? value.cues : undefined;
  return Array.isArray(inner) ? (inner as readonly unknown[]) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    // Derived from the recordings and made anew at will: the report goes without it, and says so.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
