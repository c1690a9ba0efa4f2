import { Checkbox, Kbd, Stack, Text } from "@mantine/core";
import type { HubSnapshot, SessionView } from "@polychron/protocol";
import { useEffect, useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ConfirmModal } from "../elements/confirm-modal.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useHub } from "../hub-context.js";
import { focusKind, isDialogOpen } from "../record/key-focus.js";
import { CueStage } from "./cue-stage.js";
import { useCue } from "./use-cue.js";

const LESS_MOTION = "(prefers-reduced-motion: reduce)";

interface Props {
  readonly snapshot: HubSnapshot;
  readonly session: SessionView;
}

/** Orders sync cues by button and by key; asks first where the system says that its user wants no motion. */
export function CuePanel({ snapshot: { cues }, session }: Props) {
  const { texts, sound } = useHub();
  const [joinsOthers, setJoinsOthers] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const { order, show, said, desk } = useCue(cues, session.id, joinsOthers);
  const isBusy = desk.pending || show !== null || cues.some((cue) => cue.session === session.id);
  const press = (): void => {
    if (isBusy) return;
    if (window.matchMedia(LESS_MOTION).matches) setAsking(true);
    else order(session.id);
  };
  useCueKey(press);
  return (
    <Panel title={texts.cues.title}>
      <Stack gap="xs">
        <CommandButton variant="default" pending={isBusy} onPress={press} rightSection={<Kbd aria-hidden>C</Kbd>}>
          {texts.cues.order}
        </CommandButton>
        <Text size="xs" c="dimmed">
          {texts.cues.hint}
        </Text>
        <Checkbox
          size="xs"
          label={texts.cues.joinOthers}
          checked={joinsOthers}
          onChange={(event) => {
            sound.wake();
            setJoinsOthers(event.currentTarget.checked);
          }}
        />
        <Text size="sm" role="status">
          {said}
        </Text>
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      </Stack>
      <ConfirmModal
        isOpen={isAsking}
        title={texts.cues.warnTitle}
        yes={texts.cues.warnYes}
        onYes={() => order(session.id)}
        onClose={() => setAsking(false)}
      >
        <Text>{texts.cues.warn}</Text>
      </ConfirmModal>
      {show !== null && <CueStage atMs={show.atMs} onOver={show.onOver} />}
    </Panel>
  );
}

/** The key C anywhere in the record view, unless someone is typing or a dialogue is open. */
function useCueKey(press: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isModified = event.ctrlKey || event.altKey || event.metaKey || event.repeat;
      if (event.key.toLowerCase() !== "c" || isModified || event.defaultPrevented) return;
      if (isDialogOpen() || focusKind(event.target) === "text") return;
      event.preventDefault();
      press();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
