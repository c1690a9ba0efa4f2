import { z } from "zod";

const count = z.int().nonnegative();
const seconds = z.number();
const width = z.number().nonnegative();

/** One run of a device clock over which its offset is one smooth line. */
const clockEpochFit = z.object({
  cause: z
    .enum(["first", "clock", "step", "squeeze"])
    .describe(
      "Why it began: the first observation, another clock (a restart), a jump that is proven, one that is suspected.",
    ),
  from_t_s: seconds.describe("Session time of its first burst, s."),
  to_t_s: seconds.describe("Session time of its last burst, s."),
  jump_s: seconds
    .nullable()
    .describe("How far the device clock jumped, s; null where it is another clock, or the first."),
  bursts: count.describe("Bursts of questions that it rests on."),
  drift_ppm: z.number().describe("How fast the device clock gains on the hub's, parts per million."),
  drift_bound_ppm: width
    .nullable()
    .describe("Half width within which the drift is right (99 %), parts per million; null where nothing tells."),
});

/** The clock offset over time as columns of equal length: add it to device time, get session time. */
const offsetCurve = z
  .object({
    t_s: z.array(seconds).describe("Session time, s; rising."),
    offset_s: z.array(seconds).describe("Add it to device time to get session time, s."),
    bound99_s: z.array(width).describe("Half width of a mapped device time that is true in 99 of 100 cases, s."),
    hard_s: z.array(width).describe("Half width of the same that is true whatever the split of the round trip, s."),
    epoch: z.array(count).describe("Index into `epochs`."),
  })
  .describe("The clock offset over time: arrays of equal length, at most 2000 long.");

const roundTrips = z
  .object({
    min_s: width.nullable().describe("The shortest, s."),
    median_s: width.nullable().describe("The median, s; right to 6 %."),
    max_s: width.nullable().describe("The longest, s."),
    edges_s: z.array(width).describe("Edges of the bins, s; one more than there are counts."),
    counts: z.array(count).describe("Round trips in each bin."),
  })
  .describe("How long answers of the clock took.");

/** What is known of a device's clock. */
export const clockQuality = z
  .object({
    method: z
      .enum(["two_way", "joint", "one_way", "hub", "none"])
      .describe(
        "`two_way`: it answers questions; `joint`: it is read while samples stream; `one_way`: only the arrivals of its samples tell; `hub`: the hub stamps; `none`: nothing was observed.",
      ),
    note: z.string().describe("What the bounds rest on, for people."),
    bound99_s: width
      .nullable()
      .describe("The largest 99 % bound (half width) wherever there are samples, s; null where none can be stated."),
    bound99_median_s: width.nullable().describe("Its median over time, s."),
    hard_s: width
      .nullable()
      .describe(
        "The largest hard bound (half width) of a device time mapped to session time, wherever there are samples, s.",
      ),
    hard_median_s: width.nullable().describe("Its median over time, s."),
    drift_ppm: z
      .number()
      .nullable()
      .describe("How fast the device clock gains on the hub's in its longest epoch (by time), parts per million."),
    drift_bound_ppm: width
      .nullable()
      .describe("Half width within which that drift is right (99 %), parts per million; null where nothing tells."),
    asked: count.describe("Questions to the clock."),
    answered: count.describe("Answers."),
    bursts: count.describe("Bursts with an answer."),
    outside: count.describe("Bursts that missed the live prediction by more than its 99 % bound; must be 0."),
    outside_t_s: z.array(seconds).describe("Session times of these, s; at most 200."),
    longest_silence_s: width.nullable().describe("The longest time in a recording without an answer, s."),
    epochs: z.array(clockEpochFit).describe("The runs of the clock, in order."),
    offset: offsetCurve.nullable(),
    round_trips: roundTrips.nullable(),
  })
  .describe("What is known of the device's clock, after the session.");

export type ClockQuality = z.infer<typeof clockQuality>;
