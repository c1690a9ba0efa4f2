import { useEffect, useState } from "react";
import { hubNowUs } from "../hub-time.js";
import { usePage } from "../hub-context.js";

/** Hub microseconds now, renewed every `periodMs`; null until the hub has said its time. */
export function useHubNow(periodMs: number): number | null {
  const { hubTime } = usePage();
  const [pageMs, setPageMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setPageMs(performance.now()), periodMs);
    return () => clearInterval(timer);
  }, [periodMs]);
  return hubTime === null ? null : hubNowUs(hubTime, pageMs);
}
