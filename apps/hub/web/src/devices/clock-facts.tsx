import type { DeviceView } from "@polychron/protocol";
import { useHub } from "../hub-context.js";
import { clockLine } from "./clock-view.js";

/** How well a device's clock is known: one line, and what stands behind it on demand. */
export function ClockFacts({ device }: { readonly device: Pick<DeviceView, "clock" | "label"> }) {
  const { texts } = useHub();
  const line = clockLine(device.clock, texts);
  if (line === null) return null;
  return (
    <details className="clock-facts">
      <summary className={line.isPressing ? "attention" : undefined}>
        {line.isPressing ? "⚠ " : ""}
        {line.text}
      </summary>
      <ul className="fact-line" aria-label={`${texts.clock.details}: ${device.label}`}>
        {line.facts.map(({ key, text, isPressing }) => (
          <li key={key} className={isPressing ? "attention" : undefined}>
            {isPressing ? "⚠ " : ""}
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}
