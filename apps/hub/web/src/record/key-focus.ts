import type { KeyPress } from "./hotkeys.js";

const TYPED_INTO =
  "textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=button])";
const PRESSED_BY_SPACE = "button, a, summary, input, [role=button], [role=option], [role=radio], [role=checkbox]";

/** What a key press reaches first. */
export function focusKind(target: EventTarget | null): KeyPress["focus"] {
  if (!(target instanceof Element)) return "page";
  if (target.closest(TYPED_INTO) !== null) return "text";
  return target.closest(PRESSED_BY_SPACE) === null ? "page" : "control";
}

/** A dialogue asks for an answer: keys belong to it. */
export function isDialogOpen(): boolean {
  return document.querySelector("[role=dialog][aria-modal=true]") !== null;
}
