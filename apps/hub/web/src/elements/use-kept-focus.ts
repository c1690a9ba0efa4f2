import { useEffect, useRef, type RefObject } from "react";

/** When the part of a list that had the focus goes away, the keyboard goes on at its place, not at the top of the page. */
export function useKeptFocus<Place extends HTMLElement>(count: number): RefObject<Place | null> {
  const place = useRef<Place>(null);
  const before = useRef(count);
  useEffect(() => {
    const isFocusLost = document.activeElement === null || document.activeElement === document.body;
    if (count < before.current && isFocusLost) place.current?.focus({ preventScroll: true });
    before.current = count;
  }, [count]);
  return place;
}
