import { Group, Paper, Text } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { batteryText, lostSamples, mainRateHz } from "../devices/device-view.js";
import { PhaseBadge, SimulatedBadge } from "../elements/badges.js";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { countText, rateText } from "../format.js";
import { useCommand, useHub } from "../hub-context.js";
import { countsOf, sessionActions } from "./record-view.js";

interface Props {
  readonly device: DeviceView;
  /** The session in view. */
  readonly session: SessionView | null;
  readonly sessions: readonly SessionView[];
}

/** One device at a glance: does it live, how fast, how full, is anything lost, is it being written. */
export function DeviceCard({ device, session, sessions }: Props) {
  const owner = sessions.find((open) => open.id === device.session) ?? null;
  const desk = useCommand();
  return (
    <Paper component="li" withBorder p="xs">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text fw={600} className="breakable">
          {device.label}
        </Text>
        <Group gap={4} wrap="nowrap">
          {device.simulated && <SimulatedBadge />}
          <PhaseBadge phase={device.phase} />
        </Group>
      </Group>
      <Facts device={device} session={session} />
      <Belonging device={device} session={session} owner={owner} desk={desk} />
      <ErrorAlert error={desk.error ?? device.error} />
    </Paper>
  );
}

function Facts({ device, session }: Pick<Props, "device" | "session">) {
  const { texts } = useHub();
  const counts = countsOf(session, device.id);
  // What a silent device should have sent by now is missing, too, though it has not yet come back to number its gap.
  const lost = Math.max(lostSamples(device), counts?.missing ?? 0);
  return (
    <Group gap="sm" mt={4} className="facts">
      <Text size="sm">{rateText(mainRateHz(device))}</Text>
      <Text size="sm">{batteryText(device, texts)}</Text>
      <Text size="sm" {...(lost > 0 && { c: "red", fw: 600 })}>
        {lost > 0 ? `⚠ ${texts.devices.lost(countText(lost))}` : texts.devices.lostNone}
      </Text>
      {counts !== null && <Text size="sm">{texts.record.written(countText(counts.written))}</Text>}
    </Group>
  );
}

/** Which session a device that is not in this one is in, or the way into this one. */
function Belonging({
  device,
  session,
  owner,
  desk,
}: Pick<Props, "device" | "session"> & {
  readonly owner: SessionView | null;
  readonly desk: ReturnType<typeof useCommand>;
}) {
  const { texts } = useHub();
  if (session === null || owner?.id === session.id) return null;
  if (owner !== null) {
    return (
      <Text size="sm" c="dimmed" truncate>
        {texts.devices.inOther(owner.name || owner.id)}
      </Text>
    );
  }
  if (!sessionActions(session).addDevice) return null;
  return (
    <CommandButton
      mt="xs"
      size="xs"
      variant="default"
      pending={desk.pending}
      label={texts.devices.addTo(device.label)}
      onPress={() => void desk.send({ kind: "add_device", session: session.id, device: device.id })}
    >
      {texts.devices.add}
    </CommandButton>
  );
}
