import type { SessionView } from "@polychron/protocol";
import { useEffect, useState } from "react";
import { useCommand, useHub, usePage, type CommandDesk } from "../hub-context.js";
import { hubNowUs, type HubTime } from "../hub-time.js";
import { hotkeyOf } from "./hotkeys.js";
import { focusKind, isDialogOpen } from "./key-focus.js";
import { sessionActions } from "./record-view.js";

/** Sets markers in a session and says what became of the last one. */
export interface Marking {
  readonly mark: (label: string) => void;
  readonly said: string;
  readonly desk: CommandDesk;
}

/** Two marks in quick succession are two markers: one on its way does not hold back the next. */
export function useMarking(session: SessionView | null): Marking {
  const { texts } = useHub();
  const { link, hubTime } = usePage();
  const desk = useCommand();
  const [said, setSaid] = useState("");
  const mark = (label: string): void => {
    const wanted = label.trim();
    if (session === null || !sessionActions(session).mark || wanted === "") return;
    // Without a connection nobody can promise that the marker will ever arrive: the person must know at once.
    if (link !== "connected") return setSaid(texts.markers.offline(wanted));
    void desk
      .send({ kind: "marker", session: session.id, label: wanted, ...pressedAt(hubTime) })
      .then((done) => done && setSaid(texts.markers.set(wanted)));
  };
  return { mark, said, desk };
}

/** The moment of the key press in hub time, so that a command sent again does not shift it. */
function pressedAt(hubTime: HubTime | null): { at_us?: number } {
  return hubTime === null ? {} : { at_us: hubNowUs(hubTime, performance.now()) };
}

/** Marks on a key press anywhere in the record view, unless someone is typing or a dialogue is open. */
export function useHotkeys(mark: (label: string) => void, labels: readonly string[]): void {
  const { texts } = useHub();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isDialogOpen()) return;
      const { key, repeat } = event;
      const modified = event.ctrlKey || event.altKey || event.metaKey;
      const hotkey = hotkeyOf({ key, repeat, modified, focus: focusKind(event.target) });
      if (hotkey === null) return;
      event.preventDefault();
      mark(hotkey.kind === "mark" ? texts.markers.markLabel : (labels[hotkey.index] ?? ""));
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
