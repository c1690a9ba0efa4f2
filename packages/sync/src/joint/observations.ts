/** One sample as it was seen: device clock and session time of arrival, seconds. */
export interface SeenSample {
  readonly deviceS: number;
  readonly arrivalS: number;
}

/** One reading of a device's clock while it streams, seconds: t1, t4 session time, t2 device clock. */
export interface ClockReading {
  readonly t1S: number;
  readonly t2S: number;
  readonly t4S: number;
  /** Session time minus device time is at least this: the clock cannot have been read before it was asked. */
  readonly leastS: number;
  readonly clockId: number;
  /** The clock's resolution. */
  readonly quantS: number;
}

/** All that was seen of one run of a device clock, each list in order of session time. */
export interface Seen {
  readonly samples: readonly SeenSample[];
  readonly readings: readonly ClockReading[];
}
