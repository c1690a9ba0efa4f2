import { Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useHub } from "../hub-context.js";
import { CommandButton } from "./command-button.js";

interface Props {
  readonly isOpen: boolean;
  readonly title: string;
  /** The word on the button that does it. */
  readonly yes: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks once before something that cannot be taken back; the focus returns to where it came from. */
export function ConfirmModal({ isOpen, title, yes, onYes, onClose, children }: Props) {
  const { texts } = useHub();
  const confirm = (): void => {
    onClose();
    onYes();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": texts.app.cancel }}
      centered
    >
      <Stack>
        {children}
        <Group justify="flex-end">
          <CommandButton variant="default" onPress={onClose}>
            {texts.app.cancel}
          </CommandButton>
          <CommandButton onPress={confirm}>{yes}</CommandButton>
        </Group>
      </Stack>
    </Modal>
  );
}
