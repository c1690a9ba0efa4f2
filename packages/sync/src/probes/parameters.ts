/** The constants of the estimator (reference: clock synchronisation, section 3); seconds and seconds a second. */
export const PARAMETERS = {
  /** How fast the rate wanders, per square root of a second. */
  rateWander: 1.5e-8,
  /** How fast the clock itself jitters, per square root of a second. */
  clockWanderS: 0.2e-6,
  /** The error of a reading without any queue. */
  readingS: 40e-6,
  /** How much of a burst's excess round trip counts as error. */
  excessShare: 0.5,
  /** How fast the interval opens. */
  openRate: 0.3e-6,
  openRateSigmas: 2,
  openRateWide: 3e-6,
  /** While no burst comes. */
  coastRate: 2e-6,
  coastWander: 6e-8,
  firstRateSigma: 100e-6,
  /** What contradicts by more cannot be the same line. */
  contradictionS: 0.15e-3,
  floorWindowS: 600,
  squeezeShare: 0.2,
  squeezeSlackS: 20e-6,
  squeezeBursts: 3,
  squeezeRateSigma: 1e-6,
  stepRateSigma: 2e-6,
  /** A shortest round trip below this share of the old one is news; what it hid built up over at least so long. */
  newFloorShare: 0.8,
  biasOverS: 10,
  /** After such news the mean of the bursts counts as that of so many. */
  fewBursts: 4,
  /** One direction's best delay is at most three times the other's. */
  asymmetry: 0.5,
  /** The two ways wander one against the other: live the 99 % bound exceeds the split by at least this share of the shortest round trip. */
  splitWander: 0.055,
  /** That wander outlasts a burst: after the session so many bursts together tell no more than one. */
  burstsAlike: 2.5,
  /** How far back the mean of the readings off the line reaches, and how often it counts: it trails what it shows. */
  misfitMemoryS: 15,
  misfitShare: 2,
  /** Round trips between these widen the assumption to none. */
  wideFromS: 5e-3,
  wideToS: 10e-3,
} as const;
