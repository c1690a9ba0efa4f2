import { Text } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ConfirmModal } from "../elements/confirm-modal.js";
import { useHub, type CommandDesk } from "../hub-context.js";

/** Shuts a phone out, after asking once. */
export function UnpairPhone({ device, desk }: { readonly device: DeviceView; readonly desk: CommandDesk }) {
  const { phones } = useHub().texts;
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <CommandButton
        variant="default"
        pending={desk.pending}
        label={phones.unpairOf(device.label)}
        onPress={() => setAsking(true)}
      >
        {phones.unpair}
      </CommandButton>
      <ConfirmModal
        isOpen={isAsking}
        title={phones.unpairTitle(device.label)}
        yes={phones.unpairYes}
        onYes={() => void desk.send({ kind: "unpair_phone", device: device.id })}
        onClose={() => setAsking(false)}
      >
        <Text>{phones.unpairAsk}</Text>
      </ConfirmModal>
    </>
  );
}
