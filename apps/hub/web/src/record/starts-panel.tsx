import { Table, Text } from "@mantine/core";
import type { HubSnapshot, SessionView } from "@polychron/protocol";
import { Panel } from "../elements/panel.js";
import { useHub } from "../hub-context.js";
import { msText, startLines, together } from "./starts-view.js";

/** How the devices kept to the start of the running recording: in one line, and each of them. */
export function StartsPanel({ snapshot, session }: { readonly snapshot: HubSnapshot; readonly session: SessionView }) {
  const { texts } = useHub();
  const lines = startLines(session, snapshot.devices, texts);
  const all = together(session.recording, snapshot.devices);
  if (lines.length === 0) return null;
  const bad = lines.filter(({ isBad }) => isBad);
  return (
    <Panel title={texts.starts.title}>
      {all !== null && <Text size="sm">✓ {texts.starts.together(all.count, msText(all.withinMs))}</Text>}
      {all !== null && all.unbounded.length > 0 && (
        <Text size="sm" c="dimmed">
          {texts.starts.unbounded(all.unbounded.join(", "))}
        </Text>
      )}
      {bad.map(({ device, label, text }) => (
        <Text key={device} size="sm" className="attention">
          ⚠ {texts.starts.of(label, text)}
        </Text>
      ))}
      <details className="fold">
        <summary>{texts.starts.details}</summary>
        <Table verticalSpacing={4}>
          <Table.Tbody>
            {lines.map(({ device, label, text }) => (
              <Table.Tr key={device}>
                <Table.Th scope="row">{label}</Table.Th>
                <Table.Td>{text}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Panel>
  );
}
