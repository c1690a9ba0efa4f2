import { Group, Paper, Text } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { CameraFacts } from "../devices/camera-facts.js";
import { ClockFacts } from "../devices/clock-facts.js";
import { batteryText, lostSamples, mainRateHz, SHIMMER_FAMILY } from "../devices/device-view.js";
import { MorePhoneFacts, PhoneFacts, StreamRates } from "../devices/phone-facts.js";
import { isAway, PHONE_FAMILY, shownError } from "../devices/phone-view.js";
import { PhaseBadge, SimulatedBadge } from "../elements/badges.js";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { LowScores, Scores } from "../elements/scores.js";
import { countText, rateText } from "../format.js";
import { useCommand, useHub } from "../hub-context.js";
import { LivePicture } from "../preview/live-picture.js";
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
          <PhaseBadge device={device} />
        </Group>
      </Group>
      <Facts device={device} session={session} />
      {device.family === PHONE_FAMILY && (
        <PhoneFacts device={device} isRecorded={countsOf(owner, device.id) !== null} isShort />
      )}
      {device.scores && <LowScores scores={device.scores} />}
      <More device={device} />
      {device.video !== null && (
        <div className="camera">
          <CameraFacts device={device} video={device.video} />
          <LivePicture device={device} />
        </div>
      )}
      <Belonging device={device} session={session} owner={owner} desk={desk} />
      <ErrorAlert error={desk.error ?? shownError(device)} />
    </Paper>
  );
}

/** What is there on demand: clock, networks, streams, scores. */
function More({ device }: Pick<Props, "device">) {
  const isPhone = device.family === PHONE_FAMILY;
  return (
    <ClockFacts device={device}>
      {isPhone && <MorePhoneFacts device={device} />}
      {isPhone && <StreamRates device={device} />}
      {device.scores && <Scores scores={device.scores} />}
    </ClockFacts>
  );
}

function Facts({ device, session }: Pick<Props, "device" | "session">) {
  const { texts } = useHub();
  const counts = countsOf(session, device.id);
  // What a silent device should have sent by now is missing, too, though it has not yet come back to number its gap.
  // Only a phone that is away still has it.
  const lost = Math.max(lostSamples(device), isAway(device) ? 0 : (counts?.missing ?? 0));
  return (
    <Group gap="sm" mt={4} className="facts">
      <Text size="sm">{rateText(mainRateHz(device))}</Text>
      {device.family === SHIMMER_FAMILY && <Text size="sm">{batteryText(device, texts)}</Text>}
      {device.video === null && (
        <Text size="sm" {...(lost > 0 && { c: "red", fw: 600 })}>
          {lost > 0 ? `⚠ ${texts.devices.lost(countText(lost))}` : texts.devices.lostNone}
        </Text>
      )}
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
