import { parsePreferences, type Preferences } from "./preferences.js";

const KEY = "polychron";
type KeptTexts = Pick<Storage, "getItem" | "setItem">;

/** The browser's storage; null where its settings forbid it to this page. */
export function browserStorage(page: { readonly localStorage: KeptTexts }): KeptTexts | null {
  try {
    return page.localStorage;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "SecurityError") return null;
    throw thrown;
  }
}

/** Keeps the browser's preferences; where the browser keeps nothing they last until the page closes. */
export class PreferenceStore {
  readonly #storage: KeptTexts | null;
  readonly #listeners = new Set<() => void>();
  #value: Preferences;

  constructor(storage: KeptTexts | null) {
    this.#storage = storage;
    this.#value = parsePreferences(storage?.getItem(KEY) ?? null);
  }

  readonly get = (): Preferences => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly change = (change: Partial<Preferences>): void => {
    this.#value = { ...this.#value, ...change };
    this.#storage?.setItem(KEY, JSON.stringify(this.#value));
    for (const listener of this.#listeners) listener();
  };
}
