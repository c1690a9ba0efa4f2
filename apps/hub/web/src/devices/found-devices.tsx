import { Group, NativeSelect, Text, TextInput } from "@mantine/core";
import type { CandidateView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useCommand, useHub } from "../hub-context.js";
import { CandidateList } from "./candidate-list.js";
import { SHIMMER_FAMILY } from "./device-view.js";

interface Props {
  readonly candidates: readonly CandidateView[];
  readonly hasDevices: boolean;
}

/** What a scan found, each with its way to connect, and the way by hand. */
export function FoundDevices({ candidates, hasDevices }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  const scan = (
    <CommandButton pending={desk.pending} onPress={() => void desk.send({ kind: "scan_devices" })}>
      {texts.devices.scan}
    </CommandButton>
  );
  return (
    <Panel title={texts.devices.found} aside={scan}>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      {candidates.length === 0 && (
        <Text c="dimmed">{hasDevices ? texts.devices.foundNoneMore : texts.devices.foundNone}</Text>
      )}
      <CandidateList candidates={candidates} />
      <ConnectByHand candidates={candidates} />
    </Panel>
  );
}

function ConnectByHand({ candidates }: Pick<Props, "candidates">) {
  const { texts } = useHub();
  const desk = useCommand();
  const [address, setAddress] = useState("");
  const [family, setFamily] = useState(SHIMMER_FAMILY);
  // An address that could not be reached is kept among what was found, and its error stands there.
  const isListed = candidates.some((candidate) => candidate.address === address.trim());
  const connect = async (): Promise<void> => {
    if (address.trim() !== "" && (await desk.send({ kind: "connect_device", family, address: address.trim() })))
      setAddress("");
  };
  return (
    <>
      <Group align="flex-end" mt="md" gap="xs">
        <NativeSelect
          label={texts.devices.family}
          value={family}
          data={Object.entries(texts.devices.families).map(([value, label]) => ({ value, label }))}
          onChange={(event) => setFamily(event.currentTarget.value)}
        />
        <TextInput
          label={texts.devices.byHand}
          description={texts.devices.byHandHint}
          value={address}
          maxLength={500}
          onChange={(event) => setAddress(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !desk.pending) void connect();
          }}
        />
        <CommandButton
          variant="default"
          pending={desk.pending}
          disabled={address.trim() === ""}
          onPress={() => void connect()}
        >
          {texts.devices.connect}
        </CommandButton>
      </Group>
      <ErrorAlert error={isListed ? null : desk.error} onDismiss={desk.dismiss} />
    </>
  );
}
