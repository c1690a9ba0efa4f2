import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { PhaseBadge, SimulatedBadge } from "../elements/badges.js";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { countText, rateText } from "../format.js";
import { useCommand, useHub } from "../hub-context.js";
import { LivePicture } from "../preview/live-picture.js";
import { countsOf } from "../record/record-view.js";
import { CameraFacts } from "./camera-facts.js";
import { CameraSettings } from "./camera-settings.js";
import { ClockFacts } from "./clock-facts.js";
import { CAMERA_FAMILY } from "./camera-view.js";
import { batteryText, SHIMMER_FAMILY } from "./device-view.js";
import { PhoneFacts } from "./phone-facts.js";
import { PHONE_FAMILY, shownError } from "./phone-view.js";
import { ShimmerSettings } from "./shimmer-settings.js";
import { UnpairPhone } from "./unpair-phone.js";

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
            <PhaseBadge device={device} />
            {device.simulated && <SimulatedBadge />}
          </Group>
          <Group gap="xs">
            {device.family === PHONE_FAMILY && <UnpairPhone device={device} desk={desk} />}
            <CommandButton
              variant="default"
              pending={desk.pending}
              label={texts.devices.disconnectFrom(device.label)}
              onPress={() => void desk.send({ kind: "disconnect_device", device: device.id })}
            >
              {texts.devices.disconnect}
            </CommandButton>
          </Group>
        </Group>
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
        <ErrorAlert error={shownError(device)} />
        <Facts device={device} session={session} />
        <OfFamily device={device} session={session} />
      </Stack>
    </Paper>
  );
}

/** What only this kind of device has. */
function OfFamily({ device, session }: Props) {
  const isRecording = session !== null && session.recording !== null;
  return (
    <>
      {device.family === PHONE_FAMILY && (
        <PhoneFacts device={device} isRecorded={countsOf(session, device.id) !== null} />
      )}
      {device.video !== null && <CameraFacts device={device} video={device.video} />}
      {device.video !== null && <LivePicture device={device} />}
      <Streams device={device} />
      <ClockFacts device={device} />
      {device.family === SHIMMER_FAMILY && <ShimmerSettings device={device} isRecording={isRecording} />}
      {device.family === CAMERA_FAMILY && <CameraSettings device={device} isRecording={isRecording} />}
    </>
  );
}

function Facts({ device, session }: Props) {
  const { texts } = useHub();
  const isShimmer = device.family === SHIMMER_FAMILY;
  const facts = [
    // A phone's address is the id of its pairing, which says nothing to people; its own id does.
    device.family === PHONE_FAMILY ? device.id : `${texts.devices.address}: ${device.address}`,
    ...(device.firmware === "" ? [] : [`${texts.devices.firmware}: ${device.firmware}`]),
    ...(isShimmer ? [batteryText(device, texts)] : []),
    ...(isShimmer ? [`${texts.devices.discarded}: ${countText(device.discarded_bytes)}`] : []),
    ...(device.refused_blocks > 0 ? [`${texts.devices.refused}: ${countText(device.refused_blocks)}`] : []),
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
            <b>{stream.file_type}</b>: {rateText(device.phase === "armed" ? stream.effective_rate_hz : null)} (
            {stream.nominal_rate_hz === 0
              ? texts.devices.irregular
              : texts.devices.nominal(rateText(stream.nominal_rate_hz))}
            ), {countText(stream.received)} {texts.devices.received},{" "}
            {stream.lost > 0 ? `⚠ ${texts.devices.lost(countText(stream.lost))}` : texts.devices.lostNone}
          </Text>
        </li>
      ))}
    </ul>
  );
}
