import type { SessionPage } from "@polychron/protocol";
import type { ErrorReport } from "@polychron/session/model";
import { useCallback, useEffect, useState } from "react";
import { useHub } from "../hub-context.js";
import { withPage, type SessionList } from "./session-pages.js";

const PAGE_SESSIONS = 25;

/** The paged list, read anew from its top whenever `version` changes; as many sessions as were shown stay shown. */
export function useSessionList(version: string): {
  list: SessionList | null;
  error: ErrorReport | null;
  more: () => Promise<void>;
} {
  const { http } = useHub();
  const [list, setList] = useState<SessionList | null>(null);
  const [error, setError] = useState<ErrorReport | null>(null);
  const load = useCallback(
    async (before: SessionList | null, limit: number, isWanted: () => boolean): Promise<void> => {
      const cursor = before?.next ? `&cursor=${encodeURIComponent(before.next)}` : "";
      const answer = await http.json<SessionPage>(`/api/sessions?limit=${limit}${cursor}`);
      if (!isWanted()) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setList(withPage(before, answer.value));
    },
    [http],
  );
  const shown = list?.sessions.length ?? 0;
  const limit = Math.min(200, Math.max(PAGE_SESSIONS, Math.ceil(shown / PAGE_SESSIONS) * PAGE_SESSIONS));
  useEffect(() => {
    let isCurrent = true;
    void load(null, limit, () => isCurrent);
    return () => {
      isCurrent = false;
    };
    // The limit follows the list; only a new version reads it again.
  }, [version, load]);
  const more = useCallback(() => load(list, PAGE_SESSIONS, () => true), [load, list]);
  return { list, error, more };
}
