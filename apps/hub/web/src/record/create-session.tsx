import { Group, Stack, Text } from "@mantine/core";
import type { HubSnapshot } from "@polychron/protocol";
import { useState, type SubmitEvent } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useCommand, useHub } from "../hub-context.js";
import { DeviceChoice, NO_SESSION_FORM, WhoFields } from "./session-form.js";

interface Props {
  readonly snapshot: HubSnapshot;
  readonly onDone: () => void;
  readonly canCancel: boolean;
}

/** Who and with what: the form that creates a session. */
export function CreateSession({ snapshot, onDone, canCancel }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  const [form, setForm] = useState(NO_SESSION_FORM);
  const free = snapshot.devices.filter((device) => device.session === null);
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (desk.pending) return;
    const { name, operator, participants, leftOut } = form;
    const devices = free.map((device) => device.id).filter((id) => !leftOut.includes(id));
    const who = { name, operator: operator.trim() || null, participants: [...participants] };
    if (await desk.send({ kind: "create_session", ...who, devices })) leaveForm(onDone);
  };
  return (
    <Panel title={texts.record.createTitle}>
      <Stack component="form" gap="sm" onSubmit={(event: SubmitEvent) => void create(event)}>
        <Text c="dimmed">{texts.record.createHint}</Text>
        <WhoFields form={form} onChange={setForm} />
        <DeviceChoice free={free} form={form} onChange={setForm} />
        <Group>
          <CommandButton size="md" pending={desk.pending}>
            {texts.record.create}
          </CommandButton>
          {canCancel && (
            <CommandButton size="md" variant="default" onPress={onDone}>
              {texts.app.cancel}
            </CommandButton>
          )}
        </Group>
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      </Stack>
    </Panel>
  );
}

/** Back to the newest session, whichever the address named before. */
function leaveForm(onDone: () => void): void {
  window.location.hash = "#/record";
  onDone();
}
