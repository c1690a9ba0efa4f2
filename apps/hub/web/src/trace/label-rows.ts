/** A marker's label before it has a place: where its line is, and how wide its text, in the same pixels. */
export interface LabelWish {
  readonly linePx: number;
  readonly widthPx: number;
}

/** Where a label goes: its left edge and its row from the top. */
export interface LabelPlace {
  readonly leftPx: number;
  readonly row: number;
}

/** Room between a label and its line or its neighbour, pixels. */
const ROOM_PX = 4;

/**
 * Gives each label the first row in which it covers no other; the first in the list choose first. A label goes right of
 * its line, at the right edge left of it. One that fits nowhere gets no place: a label nobody can read helps nobody.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  { rightPx, rows }: { readonly rightPx: number; readonly rows: number },
): (LabelPlace | null)[] {
  const taken: { readonly fromPx: number; readonly toPx: number }[][] = Array.from({ length: rows }, () => []);
  return wishes.map(({ linePx, widthPx }) => {
    const fitsRight = linePx + ROOM_PX + widthPx <= rightPx;
    const leftPx = fitsRight ? linePx + ROOM_PX : linePx - ROOM_PX - widthPx;
    const toPx = leftPx + widthPx + ROOM_PX;
    const row = taken.findIndex((spans) => spans.every((span) => toPx <= span.fromPx || leftPx >= span.toPx));
    if (row < 0) return null;
    taken[row]!.push({ fromPx: leftPx, toPx });
    return { leftPx, row };
  });
}
