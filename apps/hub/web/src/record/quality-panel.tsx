import { Text } from "@mantine/core";
import type { SessionView } from "@polychron/protocol";
import { Panel } from "../elements/panel.js";
import { Scores } from "../elements/scores.js";
import { useHub } from "../hub-context.js";

/** How well the running recording goes, once there is enough of it to tell. */
export function QualityPanel({ session }: { readonly session: SessionView }) {
  const { quality } = useHub().texts;
  if (session.scores === undefined) return null;
  return (
    <Panel title={quality.live}>
      <Scores scores={session.scores} />
      <Text size="xs" c="dimmed">
        {quality.hint}
      </Text>
    </Panel>
  );
}
