import { Stack, Text, Textarea } from "@mantine/core";
import { NOTE_MAX, type SessionView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useCommand, useHub } from "../hub-context.js";
import { sessionActions } from "./record-view.js";

/** Free text into the session's log; the field is emptied only when the hub has the note. */
export function NotePanel({ session }: { readonly session: SessionView | null }) {
  const { texts } = useHub();
  const desk = useCommand();
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const isOpen = session !== null && sessionActions(session).mark;
  const save = async (): Promise<void> => {
    if (!isOpen) return;
    setSaid("");
    if (!(await desk.send({ kind: "note", session: session.id, text: text.trim() }))) return;
    setText("");
    setSaid(texts.note.saved);
  };
  return (
    <Panel title={texts.note.title}>
      <Stack gap="xs">
        <NoteField text={text} onChange={setText} />
        <CommandButton
          variant="default"
          pending={desk.pending}
          disabled={!isOpen || text.trim() === ""}
          onPress={() => void save()}
        >
          {texts.note.save}
        </CommandButton>
        <Text size="sm" role="status">
          {said}
        </Text>
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      </Stack>
    </Panel>
  );
}

function NoteField({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  const { note } = useHub().texts;
  return (
    <Textarea
      aria-label={note.title}
      placeholder={note.placeholder}
      autosize
      minRows={2}
      maxRows={6}
      maxLength={NOTE_MAX}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
