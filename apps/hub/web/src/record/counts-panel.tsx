import { Table, Text } from "@mantine/core";
import type { HubSnapshot, SessionView } from "@polychron/protocol";
import { Panel } from "../elements/panel.js";
import { countText } from "../format.js";
import { useHub } from "../hub-context.js";
import { countLines, type CountLine } from "./record-view.js";

/** Expected, received and written samples of each stream of the running recording. */
export function CountsPanel({ snapshot, session }: { readonly snapshot: HubSnapshot; readonly session: SessionView }) {
  const { texts } = useHub();
  const lines = countLines(snapshot, session);
  const { counts } = texts.record;
  return (
    <Panel title={counts.title}>
      {lines.length === 0 ? (
        <Text c="dimmed">{counts.waiting}</Text>
      ) : (
        <Table.ScrollContainer minWidth={0} type="native">
          <Table verticalSpacing={4} className="counts">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{counts.device}</Table.Th>
                <Table.Th>{counts.stream}</Table.Th>
                <Table.Th className="number roomy">{counts.expected}</Table.Th>
                <Table.Th className="number roomy">{counts.received}</Table.Th>
                <Table.Th className="number">{counts.written}</Table.Th>
                <Table.Th aria-label={counts.verdict} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.map((line) => (
                <CountRow key={line.key} line={line} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

function CountRow({ line }: { readonly line: CountLine }) {
  const { counts } = useHub().texts.record;
  return (
    <Table.Tr>
      <Table.Td>{line.device}</Table.Td>
      <Table.Td>{line.isFrames ? counts.frames(line.stream) : line.stream}</Table.Td>
      <Table.Td className="number roomy">{countText(line.expected)}</Table.Td>
      <Table.Td className="number roomy">{countText(line.received)}</Table.Td>
      <Table.Td className="number">{countText(line.written)}</Table.Td>
      <Table.Td>
        <Verdict line={line} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Whether anything is missing: what is on its way to the disk, as some of it always is, is not. What a phone that is away still holds is not lost. */
function Verdict({ line: { missing, isFrames, isAway } }: { readonly line: CountLine }) {
  const { counts } = useHub().texts.record;
  const count = countText(missing);
  // While a phone is away nobody knows how much it has recorded since.
  if (isAway) return <span className="attention">{missing === 0 ? counts.away : counts.onPhone(count)}</span>;
  if (missing === 0) return `✓\u00a0${counts.nothingMissing}`;
  return (
    <Text size="sm" c="red" fw={600}>
      ⚠ {isFrames ? counts.dropped(count) : counts.missing(count)}
    </Text>
  );
}
