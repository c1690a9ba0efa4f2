import type { ErrorReport, JsonObject } from "@polychron/session/model";
import { createContext, useCallback, useContext, useState, useSyncExternalStore } from "react";
import type { Catalogue } from "./catalogue/choose.js";
import type { ChirpPlayer } from "./cue/chirp-player.js";
import type { HubHttp } from "./link/hub-http.js";
import type { CommandWish, HubLink } from "./link/hub-link.js";
import type { PageStore } from "./page-store.js";
import type { PreferenceStore } from "./preference-store.js";
import type { Preferences } from "./preferences.js";
import type { PreviewBook } from "./preview/preview-book.js";
import type { PageState } from "./state.js";
import type { TraceBook } from "./trace/trace-book.js";

/** What `main.tsx` builds once and every view may reach. */
export interface Hub {
  readonly link: HubLink;
  readonly http: HubHttp;
  readonly store: PageStore;
  readonly traces: TraceBook;
  readonly previews: PreviewBook;
  readonly preferences: PreferenceStore;
  readonly texts: Catalogue;
  readonly sound: ChirpPlayer;
}

/** Carries the hub's parts to the views. */
export const HubContext = createContext<Hub | null>(null);

/** The hub's parts; only inside the page's own tree. */
export function useHub(): Hub {
  const hub = useContext(HubContext);
  if (hub === null) throw new Error("This view is outside HubContext.");
  return hub;
}

/** What the hub said last. */
export function usePage(): PageState {
  const { store } = useHub();
  return useSyncExternalStore(store.subscribe, store.get);
}

/** What this browser remembers, and how to change it. */
export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const { preferences } = useHub();
  return [useSyncExternalStore(preferences.subscribe, preferences.get), preferences.change];
}

/** One place on the page that sends commands: whether one is on its way, and why the last one failed. */
export interface CommandDesk {
  readonly pending: boolean;
  readonly error: ErrorReport | null;
  /** Resolves true when the hub did it. */
  send(wish: CommandWish): Promise<boolean>;
  /** Resolves with what the hub answered; null when it did not do it. */
  ask(wish: CommandWish): Promise<JsonObject | null>;
  dismiss(): void;
}

/** Sends commands and keeps their error until the next one is sent. */
export function useCommand(): CommandDesk {
  const { link } = useHub();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorReport | null>(null);
  const ask = useCallback(
    async (wish: CommandWish): Promise<JsonObject | null> => {
      setPending(true);
      setError(null);
      const answer = await link.send(wish);
      setPending(false);
      if (!answer.ok) setError(answer.error);
      return answer.ok ? (answer.result as JsonObject) : null;
    },
    [link],
  );
  const send = useCallback(async (wish: CommandWish): Promise<boolean> => (await ask(wish)) !== null, [ask]);
  const dismiss = useCallback(() => setError(null), []);
  return { pending, error, send, ask, dismiss };
}
