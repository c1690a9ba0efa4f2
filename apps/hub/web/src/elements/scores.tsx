import { Group, Text } from "@mantine/core";
import type { ScoresView } from "@polychron/protocol";
import { useHub } from "../hub-context.js";

/** In the order in which they are read. */
const AREAS = ["synchronization", "data", "coordination"] as const;
/** Below this a score is set off from the others. */
const WORTH_A_LOOK = 0.9;

/** The three scores as small labelled values; one that is low stands out by a sign as well. */
export function Scores({ scores }: { readonly scores: ScoresView }) {
  return <ScoreLine scores={scores} areas={AREAS} />;
}

/** Only the scores that are worth a look. */
export function LowScores({ scores }: { readonly scores: ScoresView }) {
  const low = AREAS.filter((area) => isLow(scores[area]));
  return low.length === 0 ? null : <ScoreLine scores={scores} areas={low} />;
}

function ScoreLine({
  scores,
  areas,
}: {
  readonly scores: ScoresView;
  readonly areas: readonly (typeof AREAS)[number][];
}) {
  const { quality } = useHub().texts;
  return (
    <Group gap="sm" className="scores" title={quality.hint}>
      {areas.map((area) => (
        <Score key={area} name={quality.scores[area]} value={scores[area]} />
      ))}
    </Group>
  );
}

function isLow(value: number | null): boolean {
  return value !== null && value < WORTH_A_LOOK;
}

/** Rounded down: only what is whole is 1.00. */
function Score({ name, value }: { readonly name: string; readonly value: number | null }) {
  return (
    <Text size="sm" {...(isLow(value) ? { className: "attention", fw: 600 } : { c: "dimmed" })}>
      {isLow(value) ? "⚠ " : ""}
      {name} {value === null ? "–" : (Math.floor(value * 100 + 1e-9) / 100).toFixed(2)}
    </Text>
  );
}
