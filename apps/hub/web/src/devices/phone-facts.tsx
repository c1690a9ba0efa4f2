import { Text } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useHubNow } from "../elements/use-hub-now.js";
import { rateText, spanText } from "../format.js";
import { useHub } from "../hub-context.js";
import { isAtAGlance, isAway, lastHeardUs, phoneFacts, type PhoneFact } from "./phone-view.js";

/** A phone that is heard this often is live; a longer silence is said. */
const SILENCE_S = 3;

interface Props {
  readonly device: DeviceView;
  /** It is part of a recording that runs, so it records on while it is away. */
  readonly isRecorded: boolean;
  /** Only what matters at any time. */
  readonly isShort?: boolean;
}

/** The streams of a device with their rates, in short. */
export function StreamRates({ device }: Pick<Props, "device">) {
  const { texts } = useHub();
  return (
    <ul className="fact-line" aria-label={texts.devices.streams}>
      {device.streams.map((stream) => (
        <li key={stream.file_type}>
          <b>{stream.file_type}</b> {rateText(device.phase === "armed" ? stream.effective_rate_hz : null)}
        </li>
      ))}
    </ul>
  );
}

/** How a phone is: at a glance, or everything it says of itself; and, while it is away, what becomes of its data. */
export function PhoneFacts({ device, isRecorded, isShort = false }: Props) {
  const { texts } = useHub();
  const { phones } = texts;
  return (
    <div>
      {isAway(device) && (
        <Text size="sm" className="attention">
          {phones.away}. {isRecorded ? phones.awayRecording : phones.awayIdle}
        </Text>
      )}
      <ul className="fact-line" aria-label={phones.facts}>
        <FactItems facts={phoneFacts(device, texts).filter((fact) => !isShort || isAtAGlance(fact))} />
        <LastHeard device={device} />
      </ul>
    </div>
  );
}

/** What `isShort` leaves out. */
export function MorePhoneFacts({ device }: Pick<Props, "device">) {
  const { texts } = useHub();
  return (
    <ul className="fact-line" aria-label={texts.phones.network}>
      <FactItems facts={phoneFacts(device, texts).filter((fact) => !isAtAGlance(fact))} />
    </ul>
  );
}

function FactItems({ facts }: { readonly facts: readonly PhoneFact[] }) {
  return facts.map(({ key, text, isPressing }) => (
    <li key={key} className={isPressing ? "attention" : undefined}>
      {isPressing ? "⚠ " : ""}
      {text}
    </li>
  ));
}

function LastHeard({ device }: Pick<Props, "device">) {
  const { texts, traces } = useHub();
  const nowUs = useHubNow(1000);
  const heardUs = lastHeardUs(device, traces);
  if (heardUs === null || nowUs === null) return null;
  const silentS = (nowUs - heardUs) / 1e6;
  return silentS < SILENCE_S ? null : <li>{texts.phones.heardAgo(spanText(silentS))}</li>;
}
