import type { DeviceView } from "@polychron/protocol";
import type { ReactNode } from "react";
import { useHub } from "../hub-context.js";
import { clockLine } from "./clock-view.js";

interface Props {
  readonly device: Pick<DeviceView, "clock" | "label">;
  /** What else is shown on demand. */
  readonly children?: ReactNode;
}

/** How well a device's clock is known: one line, and what stands behind it on demand. */
export function ClockFacts({ device, children }: Props) {
  const { texts } = useHub();
  const line = clockLine(device.clock, texts);
  if (line === null && children === undefined) return null;
  const { text, isPressing, facts } = line ?? { text: texts.clock.unknown, isPressing: false, facts: [] };
  return (
    <details className="fold">
      <summary className={isPressing ? "attention" : undefined}>
        {isPressing ? "⚠ " : ""}
        {text}
      </summary>
      <ul className="fact-line" aria-label={`${texts.clock.details}: ${device.label}`}>
        {facts.map((fact) => (
          <li key={fact.key} className={fact.isPressing ? "attention" : undefined}>
            {fact.isPressing ? "⚠ " : ""}
            {fact.text}
          </li>
        ))}
      </ul>
      {children}
    </details>
  );
}
