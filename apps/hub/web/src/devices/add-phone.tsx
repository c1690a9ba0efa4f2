import { Alert, Modal, Stack } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { hubNowUs } from "../hub-time.js";
import { useCommand, useHub, usePage } from "../hub-context.js";
import { PairingSteps } from "./pairing-steps.js";
import { joinedPhone, pairingOffer, type PairingOffer } from "./pairing-view.js";

/** Lets one phone in: a code to type there, until it has joined. */
export function AddPhone({ devices }: { readonly devices: readonly DeviceView[] }) {
  const { texts } = useHub();
  const { hubTime } = usePage();
  const desk = useCommand();
  const [offer, setOffer] = useState<PairingOffer | null>(null);
  const joined = offer === null ? undefined : joinedPhone(offer, devices);
  const close = (): void => setOffer(null);
  const begin = async (): Promise<void> => {
    const result = await desk.ask({ kind: "pair_phone" });
    if (result !== null && hubTime !== null)
      setOffer(pairingOffer(result, hubNowUs(hubTime, performance.now()), devices));
  };
  return (
    <Stack gap="xs" align="flex-end">
      <CommandButton pending={desk.pending} onPress={() => void begin()}>
        {texts.phones.add}
      </CommandButton>
      {offer === null && <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />}
      <Modal
        opened={offer !== null && joined === undefined}
        onClose={close}
        title={texts.phones.addTitle}
        closeButtonProps={{ "aria-label": texts.phones.close }}
        centered
      >
        {offer !== null && <PairingSteps offer={offer} desk={desk} onRenew={() => void begin()} onClose={close} />}
      </Modal>
      {joined !== undefined && (
        <Alert
          color="teal"
          variant="light"
          title={`✓ ${texts.phones.joined(joined.label)}`}
          withCloseButton
          closeButtonLabel={texts.errors.dismiss}
          onClose={close}
        />
      )}
    </Stack>
  );
}
