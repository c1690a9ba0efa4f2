import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { PhaseBadge, SimulatedBadge } from "../elements/badges.js";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { countText, rateText } from "../format.js";
import { useCommand, useHub } from "../hub-context.js";
import { batteryText } from "./device-view.js";
import { ShimmerSettings } from "./shimmer-settings.js";

interface Props {
  readonly device: DeviceView;
  /** The open session it belongs to. */
  readonly session: SessionView | null;
}

/** One connected device: what it is, how it does, its settings. */
export function DeviceDetails({ device, session }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  return (
    <Paper component="section" aria-label={device.label} withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={3} size="h4">
              {device.label}
            </Title>
            <PhaseBadge phase={device.phase} />
            {device.simulated && <SimulatedBadge />}
          </Group>
          <CommandButton
            variant="default"
            pending={desk.pending}
            label={texts.devices.disconnectFrom(device.label)}
            onPress={() => void desk.send({ kind: "disconnect_device", device: device.id })}
          >
            {texts.devices.disconnect}
          </CommandButton>
        </Group>
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
        <ErrorAlert error={device.error} />
        <Facts device={device} session={session} />
        <Streams device={device} />
        {device.family === "shimmer" && (
          <ShimmerSettings device={device} isRecording={(session?.recording ?? null) !== null} />
        )}
      </Stack>
    </Paper>
  );
}

function Facts({ device, session }: Props) {
  const { texts } = useHub();
  const facts = [
    `${texts.devices.address}: ${device.address}`,
    `${texts.devices.firmware}: ${device.firmware}`,
    batteryText(device, texts),
    `${texts.devices.discarded}: ${countText(device.discarded_bytes)}`,
    session === null ? texts.devices.free : `${texts.devices.inSession}: ${session.name || session.id}`,
  ];
  return (
    <Text size="sm" c="dimmed">
      {facts.join(" · ")}
    </Text>
  );
}

function Streams({ device }: { readonly device: DeviceView }) {
  const { texts } = useHub();
  return (
    <ul className="plain-list" aria-label={texts.devices.streams}>
      {device.streams.map((stream) => (
        <li key={stream.file_type}>
          <Text size="sm">
            <b>{stream.file_type}</b>: {rateText(stream.effective_rate_hz)} ({texts.devices.nominal}{" "}
            {rateText(stream.nominal_rate_hz)}), {countText(stream.received)} {texts.devices.received},{" "}
            {stream.lost > 0 ? `⚠ ${texts.devices.lost(countText(stream.lost))}` : texts.devices.lostNone}
          </Text>
        </li>
      ))}
    </ul>
  );
}
