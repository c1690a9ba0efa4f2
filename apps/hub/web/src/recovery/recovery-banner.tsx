import { Alert, Group, Modal, Stack, Text } from "@mantine/core";
import type { InterruptedView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { useHub } from "../hub-context.js";
import { InterruptedCard } from "./interrupted-card.js";

/** Says that sessions were interrupted, and opens the choice for each of them. */
export function RecoveryBanner({ interrupted }: { readonly interrupted: readonly InterruptedView[] }) {
  const { texts } = useHub();
  const [open, setOpen] = useState(false);
  if (interrupted.length === 0) return null;
  return (
    <>
      <Alert color="orange" variant="light" role="alert" title={texts.recovery.banner(interrupted.length)}>
        <Group justify="space-between">
          <Text size="sm">{texts.recovery.bannerHint}</Text>
          <CommandButton onPress={() => setOpen(true)}>{texts.recovery.decide}</CommandButton>
        </Group>
      </Alert>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={texts.recovery.title}
        size="lg"
        closeButtonProps={{ "aria-label": texts.recovery.later }}
      >
        <Stack>
          {interrupted.map((session) => (
            <InterruptedCard key={session.id} session={session} />
          ))}
        </Stack>
      </Modal>
    </>
  );
}
