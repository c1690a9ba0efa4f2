import { Button, Group, Kbd, Stack, Text, TextInput } from "@mantine/core";
import { TEXT_MAX, type SessionView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useHub, usePreferences } from "../hub-context.js";
import { PresetEditor } from "./preset-editor.js";
import { sessionActions } from "./record-view.js";
import { useHotkeys, useMarking } from "./use-marking.js";

/** The big mark button, so that the focus can be led to it when a recording begins. */
export const MARK_BUTTON_ID = "mark";

/** Markers by button and by key. */
export function MarkerPanel({ session }: { readonly session: SessionView | null }) {
  const { texts } = useHub();
  const [{ presets }] = usePreferences();
  const [isEditing, setEditing] = useState(false);
  const { mark, said, desk } = useMarking(session);
  const labels = presets ?? texts.markers.presets;
  const isOpen = session !== null && sessionActions(session).mark;
  useHotkeys(mark, labels);
  return (
    <Panel
      className="first-when-narrow"
      title={texts.markers.title}
      aside={<EditSwitch isEditing={isEditing} onToggle={() => setEditing(!isEditing)} />}
    >
      <Stack gap="xs">
        {isEditing ? (
          <PresetEditor labels={labels} />
        ) : (
          <>
            <MarkButtons labels={labels} isOpen={isOpen} onMark={mark} />
            <FreeMarker isOpen={isOpen} onMark={mark} />
          </>
        )}
        <Text size="xs" c="dimmed">
          {isOpen ? texts.markers.keys : texts.markers.closed}
        </Text>
        <Text size="sm" role="status">
          {said}
        </Text>
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      </Stack>
    </Panel>
  );
}

interface MarkProps {
  readonly isOpen: boolean;
  readonly onMark: (label: string) => void;
}

function MarkButtons({ labels, isOpen, onMark }: MarkProps & { readonly labels: readonly string[] }) {
  const { texts } = useHub();
  return (
    <>
      <CommandButton
        id={MARK_BUTTON_ID}
        size="lg"
        disabled={!isOpen}
        onPress={() => onMark(texts.markers.markLabel)}
        rightSection={<Kbd aria-hidden>M</Kbd>}
      >
        {texts.markers.mark}
      </CommandButton>
      <div className="presets" onMouseDown={(event) => event.preventDefault()}>
        {labels.map((label, index) => (
          <CommandButton
            key={index}
            variant="default"
            size="compact-sm"
            fw={500}
            disabled={!isOpen || label === ""}
            justify="flex-start"
            label={label}
            onPress={() => onMark(label)}
            leftSection={<Kbd aria-hidden>{index + 1}</Kbd>}
          >
            {label}
          </CommandButton>
        ))}
      </div>
    </>
  );
}

function FreeMarker({ isOpen, onMark }: MarkProps) {
  const { texts } = useHub();
  const [label, setLabel] = useState("");
  const set = (): void => {
    onMark(label);
    setLabel("");
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        flex={1}
        aria-label={texts.markers.free}
        placeholder={texts.markers.free}
        value={label}
        maxLength={TEXT_MAX}
        onChange={(event) => setLabel(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && isOpen && set()}
      />
      <CommandButton variant="default" disabled={!isOpen || label.trim() === ""} onPress={set}>
        {texts.markers.setFree}
      </CommandButton>
    </Group>
  );
}

function EditSwitch({ isEditing, onToggle }: { readonly isEditing: boolean; readonly onToggle: () => void }) {
  const { texts } = useHub();
  return (
    <Button variant="subtle" size="compact-sm" aria-expanded={isEditing} onClick={onToggle}>
      {isEditing ? texts.markers.editDone : texts.markers.edit}
    </Button>
  );
}
