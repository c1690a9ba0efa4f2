import { Group, Stack } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { CommandButton } from "../elements/command-button.js";
import { useHub, type CommandDesk } from "../hub-context.js";
import { EndSession } from "./end-session.js";
import { canStart, sessionActions } from "./record-view.js";

interface Props {
  readonly session: SessionView;
  readonly devices: readonly DeviceView[];
  readonly desk: CommandDesk;
}

interface Ways {
  readonly onNew: () => void;
  readonly onEnded: () => void;
  readonly onReset: () => void;
}

/** Start or stop, large; below it what is needed more rarely. */
export function SessionButtons({ session, devices, desk, onNew, onEnded, onReset }: Props & Ways) {
  const { texts } = useHub();
  const can = sessionActions(session);
  const reset = async (): Promise<void> => {
    if (await desk.send({ kind: "reset_session", session: session.id })) onReset();
  };
  return (
    <Stack gap="xs" className="actions">
      <StartStop session={session} devices={devices} desk={desk} />
      <Group gap="xs" justify="flex-end">
        {can.end && <EndSession session={session} devices={devices} desk={desk} onEnded={onEnded} />}
        {can.reset && (
          <CommandButton variant="default" pending={desk.pending} onPress={() => void reset()}>
            {texts.record.reset}
          </CommandButton>
        )}
        {!can.stop && (
          <CommandButton variant="default" onPress={onNew}>
            {texts.record.newSession}
          </CommandButton>
        )}
      </Group>
    </Stack>
  );
}

/** Two buttons, not one that changes its meaning: a second press on Start can never stop. */
function StartStop({ session, devices, desk }: Props) {
  const { texts } = useHub();
  const send = (kind: "start_recording" | "stop_recording") => () => void desk.send({ kind, session: session.id });
  if (sessionActions(session).stop) {
    return (
      <CommandButton key="stop" size="xl" color="red" pending={desk.pending} onPress={send("stop_recording")}>
        ■ {texts.record.stop}
      </CommandButton>
    );
  }
  return (
    <CommandButton
      key="start"
      size="xl"
      pending={desk.pending}
      disabled={!canStart(session, devices)}
      onPress={send("start_recording")}
    >
      ● {texts.record.start}
    </CommandButton>
  );
}
