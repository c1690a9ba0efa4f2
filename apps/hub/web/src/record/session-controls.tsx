import { Group, Paper, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import type { DeviceView, HubSnapshot, SessionView } from "@polychron/protocol";
import { stateHint } from "@polychron/session/model";
import { useEffect, useRef } from "react";
import type { Catalogue } from "../catalogue/choose.js";
import { StateBadge } from "../elements/badges.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useHubNow } from "../elements/use-hub-now.js";
import { clockText } from "../format.js";
import { useCommand, useHub } from "../hub-context.js";
import { MARK_BUTTON_ID } from "./marker-panel.js";
import { waitingText } from "./awaited-view.js";
import { canStart, elapsedS, recordingAlone, sessionActions, silentDevices } from "./record-view.js";
import { SessionButtons } from "./session-buttons.js";

interface Props {
  readonly snapshot: HubSnapshot;
  readonly session: SessionView;
  readonly onNew: () => void;
  readonly onEnded: () => void;
  readonly onReset: () => void;
}

/** The session in view: its state, the recording's elapsed time, and the buttons that start, stop and end. */
export function SessionControls({ snapshot: { devices }, session, ...ways }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  useMarkFocus(session.recording !== null);
  return (
    <Paper component="section" aria-label={texts.record.title} withBorder p="md" radius="md">
      <div className="controls">
        <SessionTitle session={session} devices={devices} />
        <Elapsed session={session} />
        <SessionButtons session={session} devices={devices} desk={desk} {...ways} />
      </div>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      <VisuallyHidden role="status">{texts.record.stateSaid(texts.sessionStates[session.state])}</VisuallyHidden>
    </Paper>
  );
}

function SessionTitle({
  session,
  devices,
}: {
  readonly session: SessionView;
  readonly devices: readonly DeviceView[];
}) {
  const { texts } = useHub();
  const silent = silentDevices(session, devices);
  const alone = recordingAlone(session, devices).map(({ label }) => label);
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Title order={2} size="h3" className="breakable" lineClamp={2}>
          {session.name || session.id}
        </Title>
        <StateBadge state={session.state} />
      </Group>
      <Text size="sm" c="dimmed" className="breakable">
        {session.name !== "" && `${session.id} · `}
        {texts.record.soFar(session.recordings, session.markers)}
      </Text>
      <Text size="sm">{hintFor(session, devices, texts)}</Text>
      {silent.length > 0 && sessionActions(session).addDevice && (
        <Text size="sm" className="attention">
          ⚠ {texts.record.silent(silent.join(", "))}
        </Text>
      )}
      {alone.length > 0 && (
        <Text size="sm" className="attention">
          {texts.phones.recordsAlone(alone.join(", "))}
        </Text>
      )}
      {session.errors > 0 && (
        <Text size="sm" c="red" fw={600}>
          ⚠ {texts.record.problems(session.errors)}
        </Text>
      )}
    </Stack>
  );
}

function hintFor(session: SessionView, devices: readonly DeviceView[], { record, files }: Catalogue): string {
  if (session.state === "recording") return "";
  if (session.state !== "active") return waitingText(session, devices, files) || stateHint(session.state);
  if (session.devices.length === 0) return record.startNoDevice;
  if (!canStart(session, devices)) return record.startNoneLive;
  return silentDevices(session, devices).length === 0 ? record.startHint : record.startPartly;
}

function Elapsed({ session }: { readonly session: SessionView }) {
  const { texts } = useHub();
  const nowUs = useHubNow(200);
  const elapsed = nowUs === null ? null : elapsedS(session, nowUs);
  return (
    <div role="timer" aria-label={texts.record.elapsed} aria-live="off">
      <div className="elapsed">{clockText(elapsed ?? 0)}</div>
      <Text size="xs" c="dimmed" mt={4}>
        {elapsed !== null && elapsed < 0
          ? texts.record.startsIn(Math.ceil(-elapsed))
          : session.recording
            ? texts.record.recordingNumber(session.recording.number)
            : texts.record.elapsed}
      </Text>
    </div>
  );
}

/** When a recording begins the start button is gone: the focus goes to the mark, so that Space marks and cannot stop. */
function useMarkFocus(isRecording: boolean): void {
  const wasRecording = useRef(isRecording);
  useEffect(() => {
    const nothingFocused = document.activeElement === null || document.activeElement === document.body;
    if (isRecording && !wasRecording.current && nothingFocused)
      document.getElementById(MARK_BUTTON_ID)?.focus({ preventScroll: true });
    wasRecording.current = isRecording;
  }, [isRecording]);
}
