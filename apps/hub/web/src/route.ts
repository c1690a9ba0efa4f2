/** The views of the page. */
export const VIEWS = ["record", "sessions", "devices"] as const;
export type View = (typeof VIEWS)[number];

/** Where the page is: the part of the address after `#`, so that a reload and a bookmark lead back. */
export interface Route {
  readonly view: View;
  /** Record: the open session the operator works on, null = as the hub's state suggests. Sessions: the one shown open. */
  readonly session: string | null;
}

/** Reads `#/record/session_20250731_143022`; anything unknown is the record view. */
export function parseRoute(hash: string): Route {
  const [view, session] = hash.replace(/^#\/?/, "").split("/");
  const known = VIEWS.find((name) => name === view) ?? "record";
  return { view: known, session: known !== "devices" && session ? decode(session) : null };
}

/** The address of a view. */
export function routeHash({ view, session }: Route): string {
  return session === null ? `#/${view}` : `#/${view}/${encodeURIComponent(session)}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    // A mangled address names no session; anything else is a defect and must show.
    if (thrown instanceof URIError) return null;
    throw thrown;
  }
}
