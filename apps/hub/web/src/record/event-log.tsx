import { SegmentedControl, Text } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import type { SessionEvent } from "@polychron/session/model";
import { useMemo, useState } from "react";
import { Panel } from "../elements/panel.js";
import { useHub } from "../hub-context.js";
import { eventLines, type EventLine } from "./event-line.js";

interface Props {
  readonly events: readonly SessionEvent[];
  readonly devices: readonly Pick<DeviceView, "id" | "label">[];
}

type Filter = "all" | "marker" | "problem";

/** The newest events of the session, newest first. */
export function EventLog({ events, devices }: Props) {
  const { texts } = useHub();
  const [filter, setFilter] = useState<Filter>("all");
  // Snapshots come several times a second; what devices are called hardly ever changes.
  const labels = JSON.stringify(devices.map(({ id, label }) => [id, label]));
  const lines = useMemo(
    () => eventLines(events, texts, new Map(JSON.parse(labels) as [string, string][])).reverse(),
    [events, texts, labels],
  );
  const shown = lines.filter((line) => filter === "all" || line.group === filter);
  const choices = [
    { value: "all", label: texts.log.all },
    { value: "marker", label: texts.log.markers },
    { value: "problem", label: texts.log.problems },
  ];
  return (
    <Panel
      title={texts.log.title}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={texts.log.filter}
          value={filter}
          data={choices}
          onChange={(value) => setFilter(value as Filter)}
        />
      }
    >
      {shown.length === 0 ? (
        <Text c="dimmed" size="sm">
          {texts.log.none}
        </Text>
      ) : (
        <ol className="plain-list log" role="log" aria-label={texts.log.title} tabIndex={0} reversed>
          {shown.map((line) => (
            <LogLine key={line.seq} line={line} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function LogLine({ line }: { readonly line: EventLine }) {
  return (
    <li>
      <time>{line.time}</time>
      <span>
        <Text span size="sm" fw={line.group === "other" ? 400 : 600} {...(line.group === "problem" && { c: "red" })}>
          {line.group === "problem" ? "⚠ " : ""}
          {line.title}
        </Text>{" "}
        {line.detail}
      </span>
    </li>
  );
}
