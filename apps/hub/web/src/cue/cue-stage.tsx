import { VisuallyHidden } from "@mantine/core";
import { FLASH_DARK_S } from "@polychron/session/model";
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useHub } from "../hub-context.js";
import { FlashFrames, type ShownFlash } from "./flash-frames.js";

interface Props {
  /** Page milliseconds at which the code begins. */
  readonly atMs: number;
  /** How it went; null when it was broken off, or the screen did not keep up. */
  readonly onOver: (shown: ShownFlash | null) => void;
}

/** The whole screen, black and white in the rhythm of the code; Escape ends it at once. */
export function CueStage({ atMs, onOver }: Props) {
  const { texts } = useHub();
  const screen = useRef<HTMLDivElement>(null);
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    const frames = new FlashFrames(Math.max(atMs, performance.now() + FLASH_DARK_S.before * 1000));
    let asked = requestAnimationFrame(function draw(frameMs) {
      const picture = frames.next(frameMs);
      if (picture === "over") return over.current(frames.shown);
      if (screen.current !== null) screen.current.dataset["light"] = picture;
      asked = requestAnimationFrame(draw);
    });
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") over.current(null);
    };
    window.addEventListener("keydown", onKey);
    return () => {
      cancelAnimationFrame(asked);
      window.removeEventListener("keydown", onKey);
    };
  }, [atMs]);
  return createPortal(
    <div ref={screen} className="cue-stage" data-light="dark">
      <VisuallyHidden role="status">{texts.cues.flashing}</VisuallyHidden>
    </div>,
    document.body,
  );
}
