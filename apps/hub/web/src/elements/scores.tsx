import { Group, Text } from "@mantine/core";
import type { ScoresView } from "@polychron/protocol";
import { useHub } from "../hub-context.js";

/** In the order in which they are read. */
const AREAS = ["synchronization", "data", "coordination"] as const;
/** Below this a score is set off from the others. */
const WORTH_A_LOOK = 0.9;

/** The three scores as small labelled values; one that is low stands out by a sign as well. */
export function Scores({ scores, isShort = false }: { readonly scores: ScoresView; readonly isShort?: boolean }) {
  const { quality } = useHub().texts;
  return (
    <Group gap="sm" className="scores" title={quality.hint}>
      {AREAS.map((area) => (
        <Score key={area} name={quality[isShort ? "short" : "scores"][area]} value={scores[area]} />
      ))}
    </Group>
  );
}

/** Rounded down: only what is whole is 1.00. */
function Score({ name, value }: { readonly name: string; readonly value: number | null }) {
  const isLow = value !== null && value < WORTH_A_LOOK;
  return (
    <Text size="sm" {...(isLow ? { className: "attention", fw: 600 } : { c: "dimmed" })}>
      {isLow ? "⚠ " : ""}
      {name} {value === null ? "–" : (Math.floor(value * 100 + 1e-9) / 100).toFixed(2)}
    </Text>
  );
}
