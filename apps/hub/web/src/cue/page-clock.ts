/** One question for the hub's time: page milliseconds when it left and when the answer came, and what the hub said. */
export interface TimeExchange {
  readonly askedMs: number;
  readonly hubUs: number;
  readonly heardMs: number;
}

/** The page's clock against the hub's: add `offsetUs` to page microseconds; true within `boundUs`, however the way was split. */
export interface PageClock {
  readonly offsetUs: number;
  readonly boundUs: number;
}

/** By all exchanges together: the hub read its clock between question and answer of each. Null of none. */
export function pageClock(exchanges: readonly TimeExchange[]): PageClock | null {
  if (exchanges.length === 0) return null;
  const least = Math.max(...exchanges.map(({ hubUs, heardMs }) => hubUs - heardMs * 1000));
  const most = Math.min(...exchanges.map(({ hubUs, askedMs }) => hubUs - askedMs * 1000));
  return { offsetUs: (least + most) / 2, boundUs: Math.max(0, most - least) / 2 };
}
