/** What is known of a clock at one time; all seconds. */
export interface ClockEstimate {
  /** Device clock minus hub clock. */
  readonly thetaS: number;
  /** True whatever the split of the round trip. */
  readonly hardS: number;
  /** True in 99 of 100 cases if one direction's best delay is at most three times the other's. */
  readonly bound99S: number;
}
