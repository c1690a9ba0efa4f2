import { NO_PREFERENCES, parsePreferences } from "../../apps/hub/web/src/preferences.js";
import { browserStorage, PreferenceStore } from "../../apps/hub/web/src/preference-store.js";
import { parseRoute, routeHash } from "../../apps/hub/web/src/route.js";

const LABELS = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

test.each([null, "", "{", "3", "null", "[]", '{"presets":["one"],"channels":[1]}'])(
  "what does not fit (%s) is as if never set",
  (text) => {
    expect(parsePreferences(text)).toEqual(NO_PREFERENCES);
  },
);

test("a change is told to listeners and found again by the next page", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const store = new PreferenceStore(storage);
  let told = 0;
  const stop = store.subscribe(() => told++);
  store.change({ presets: LABELS });
  stop();
  store.change({ channels: [] });
  expect(told).toBe(1);
  expect(new PreferenceStore(storage).get()).toEqual({ presets: LABELS, channels: [] });
});

test("the address leads back to the view and the session", () => {
  for (const view of ["record", "sessions"] as const) {
    const route = { view, session: "P07_20250731_143022" };
    expect(parseRoute(routeHash(route))).toEqual(route);
  }
  expect(parseRoute("#/sessions")).toEqual({ view: "sessions", session: null });
});

test.each(["", "#", "#/nowhere", "#/record/", "#/record/%E0%A4%A"])(
  "an address that names nothing ('%s') is the record view",
  (hash) => {
    expect(parseRoute(hash)).toEqual({ view: "record", session: null });
  },
);

test("a browser that keeps nothing lasts until the page is closed", () => {
  const page = {
    get localStorage(): Storage {
      throw new DOMException("denied", "SecurityError");
    },
  };
  const store = new PreferenceStore(browserStorage(page));
  store.change({ channels: ["a/b/c"] });
  expect(store.get().channels).toEqual(["a/b/c"]);
});
