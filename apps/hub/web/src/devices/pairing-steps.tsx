import { Alert, Code, Group, Stack, Text } from "@mantine/core";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useHubNow } from "../elements/use-hub-now.js";
import { clockText } from "../format.js";
import { useHub, type CommandDesk } from "../hub-context.js";
import { isLoopbackOnly, secondsLeft, type PairingOffer } from "./pairing-view.js";

interface Props {
  readonly offer: PairingOffer;
  readonly desk: CommandDesk;
  readonly onRenew: () => void;
  readonly onClose: () => void;
}

/** What to do on the phone: where it finds the hub, and the code that lets it in. */
export function PairingSteps({ offer, desk, onRenew, onClose }: Props) {
  const { phones } = useHub().texts;
  return (
    <Stack>
      {isLoopbackOnly(offer.addresses) && <LoopbackHint />}
      <Text>{phones.codeHint}</Text>
      <OneTimeCode offer={offer} />
      <Addresses addresses={offer.addresses} />
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {phones.waiting}
        </Text>
        <Group gap="xs">
          <CommandButton variant="default" pending={desk.pending} onPress={onRenew}>
            {phones.newCode}
          </CommandButton>
          <CommandButton variant="default" onPress={onClose}>
            {phones.close}
          </CommandButton>
        </Group>
      </Group>
    </Stack>
  );
}

/** In two halves, as people read and type it; a screen reader spells it. */
function OneTimeCode({ offer }: Pick<Props, "offer">) {
  const { phones } = useHub().texts;
  const nowUs = useHubNow(500);
  const leftS = nowUs === null ? 0 : secondsLeft(offer, nowUs);
  const half = Math.ceil(offer.code.length / 2);
  return (
    <div>
      <div
        role="img"
        aria-label={`${phones.code}: ${phones.codeSpelled(offer.code)}`}
        className={leftS > 0 ? "pairing-code" : "pairing-code ended"}
      >
        <span>{offer.code.slice(0, half)}</span>
        <span>{offer.code.slice(half)}</span>
      </div>
      <Text
        size="sm"
        ta="center"
        role={leftS > 0 ? "timer" : "status"}
        {...(leftS === 0 && { className: "attention" })}
      >
        {leftS > 0 ? phones.codeEnds(clockText(leftS)) : phones.codeEnded}
      </Text>
    </div>
  );
}

function Addresses({ addresses }: { readonly addresses: readonly string[] }) {
  const { phones } = useHub().texts;
  return (
    <div>
      <Text size="sm">{addresses.length > 1 ? phones.addressesMany : phones.addresses}</Text>
      <ul className="plain-list addresses">
        {addresses.map((address) => (
          <li key={address}>
            <Code>{address}</Code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function LoopbackHint() {
  const { phones } = useHub().texts;
  return (
    <Alert color="orange" variant="light" title={phones.loopback}>
      <Text size="sm">{phones.loopbackHint}</Text>
      <Code>{phones.loopbackFlag}</Code>
    </Alert>
  );
}
