import { Text } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useHubNow } from "../elements/use-hub-now.js";
import { rateText, spanText } from "../format.js";
import { useHub } from "../hub-context.js";
import { isAway, lastHeardUs, phoneFacts } from "./phone-view.js";

/** A phone that is heard this often is live; a longer silence is said. */
const SILENCE_S = 3;

interface Props {
  readonly device: DeviceView;
  /** It is part of a recording that runs, so it records on while it is away. */
  readonly isRecorded: boolean;
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

/** How a phone is: battery, storage, temperature, networks; and, while it is away, what becomes of its data. */
export function PhoneFacts({ device, isRecorded }: Props) {
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
        {phoneFacts(device, texts).map(({ key, text, isPressing }) => (
          <li key={key} className={isPressing ? "attention" : undefined}>
            {isPressing ? "⚠ " : ""}
            {text}
          </li>
        ))}
        <LastHeard device={device} />
      </ul>
    </div>
  );
}

function LastHeard({ device }: Pick<Props, "device">) {
  const { texts, traces } = useHub();
  const nowUs = useHubNow(1000);
  const heardUs = lastHeardUs(device, traces);
  if (heardUs === null || nowUs === null) return null;
  const silentS = (nowUs - heardUs) / 1e6;
  return silentS < SILENCE_S ? null : <li>{texts.phones.heardAgo(spanText(silentS))}</li>;
}
