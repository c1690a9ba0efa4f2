/** How many labels have a key of their own: 1 to 9. */
export const PRESET_COUNT = 9;

/** A key press, as far as a marker depends on it. */
export interface KeyPress {
  readonly key: string;
  readonly repeat: boolean;
  /** Ctrl, Alt or Meta is held: that belongs to the browser. */
  readonly modified: boolean;
  /** What has the focus: something to type into, something that Space presses, or neither. */
  readonly focus: "text" | "control" | "page";
}

/** What a key means: the plain mark, or the preset with this index; null = no marker. */
export type Hotkey = { readonly kind: "mark" } | { readonly kind: "preset"; readonly index: number };

/** A held key marks once; a key typed into a field, or Space on a button, is no marker. */
export function hotkeyOf({ key, repeat, modified, focus }: KeyPress): Hotkey | null {
  if (repeat || modified || focus === "text") return null;
  if (key === "m" || key === "M") return { kind: "mark" };
  if (key === " ") return focus === "page" ? { kind: "mark" } : null;
  return /^[1-9]$/.test(key) ? { kind: "preset", index: Number(key) - 1 } : null;
}
