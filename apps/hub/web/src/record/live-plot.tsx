import { Button, MultiSelect, Text } from "@mantine/core";
import type { HubSnapshot, SessionView } from "@polychron/protocol";
import type { SessionEvent } from "@polychron/session/model";
import { useMemo, useState } from "react";
import { SimulatedBadge } from "../elements/badges.js";
import { Panel } from "../elements/panel.js";
import { valueText } from "../format.js";
import { useHub, usePreferences } from "../hub-context.js";
import { channelChoices, channelText, shownChannels, type ChannelChoice } from "./channel-choice.js";
import { PlotCanvas } from "./plot-canvas.js";
import type { TraceLook } from "../trace/live-trace.js";
import { NO_MARKS, timelineMarks, type TimelineMarks } from "../trace/timeline-marks.js";

interface Props {
  readonly snapshot: HubSnapshot;
  readonly session: SessionView | null;
  readonly events: readonly SessionEvent[];
}

/** The last minute of the chosen channels, one plot each under a common time axis. */
export function LivePlot({ snapshot, session, events }: Props) {
  const { texts } = useHub();
  const [preferences] = usePreferences();
  const [isChoosing, setChoosing] = useState(false);
  const shown = shownChannels(snapshot.devices, session, preferences.channels);
  const marks = useMemo(() => (session === null ? NO_MARKS : timelineMarks(session, events)), [session, events]);
  const all = channelChoices(snapshot.devices);
  const heightPx = plotHeightPx(shown.length);
  return (
    <Panel
      title={texts.plot.title}
      aside={
        <Button variant="subtle" size="compact-sm" aria-expanded={isChoosing} onClick={() => setChoosing(!isChoosing)}>
          {texts.plot.choose}
        </Button>
      }
    >
      {isChoosing && <ChannelChooser snapshot={snapshot} choices={all} shown={shown} />}
      {shown.length === 0 ? (
        <Text c="dimmed" mt="sm">
          {preferences.channels === null ? texts.plot.none : texts.plot.nothingChosen}
        </Text>
      ) : (
        <div className="plots">
          {shown.map((choice, index) => (
            <ChannelPlot
              key={choice.key}
              choice={choice}
              name={channelText(choice, all)}
              marks={marks}
              look={{ heightPx, hasLabels: index === 0, hasTimeAxis: index === shown.length - 1 }}
            />
          ))}
          <Text size="xs" c="dimmed">
            {texts.plot.axis}. {texts.plot.legend}
          </Text>
        </div>
      )}
    </Panel>
  );
}

/** Three signals fit on one screen beside everything else; eight still on two. */
function plotHeightPx(plots: number): number {
  if (plots <= 1) return 260;
  return plots <= 3 ? 104 : 90;
}

function ChannelPlot({
  choice,
  name,
  marks,
  look,
}: {
  readonly choice: ChannelChoice;
  readonly name: string;
  readonly marks: TimelineMarks;
  readonly look: TraceLook;
}) {
  const { texts } = useHub();
  return (
    <div role="img" aria-label={texts.plot.describe(choice.deviceLabel, name)}>
      <div className="plot-head">
        <span>
          <b>{choice.deviceLabel}</b> {name} {choice.simulated && <SimulatedBadge />}
        </span>
        <span className="plot-value">{valueText(choice.last, choice.unit)}</span>
      </div>
      <PlotCanvas choice={choice} marks={marks} look={look} />
    </div>
  );
}

function ChannelChooser({
  snapshot,
  choices,
  shown,
}: {
  readonly snapshot: HubSnapshot;
  readonly choices: readonly ChannelChoice[];
  readonly shown: readonly ChannelChoice[];
}) {
  const { texts } = useHub();
  const [, change] = usePreferences();
  if (choices.length === 0) return null;
  const groups = snapshot.devices.map((device) => ({
    group: device.label,
    items: choices
      .filter((choice) => choice.device === device.id)
      .map((choice) => ({ value: choice.key, label: `${choice.deviceLabel} · ${channelText(choice, choices)}` })),
  }));
  return (
    <MultiSelect
      mb="sm"
      size="sm"
      label={texts.plot.channels}
      placeholder={texts.plot.channelsHint}
      data={groups}
      value={shown.map((choice) => choice.key)}
      onChange={(channels) => change({ channels })}
      searchable
      clearable
      clearButtonProps={{ "aria-label": texts.plot.clear }}
    />
  );
}
