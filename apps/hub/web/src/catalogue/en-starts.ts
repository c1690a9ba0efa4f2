/** How devices kept to the start of a recording. */
export const starts = {
  title: "Start",
  together: (count: number, within: string) =>
    count === 1 ? `Started within ${within}.` : `All ${count} devices started together, within ${within}.`,
  unbounded: (names: string) => `How far the clock of ${names} is off is not known yet.`,
  waiting: "Waiting for its first samples",
  onTime: "On time",
  behind: (late: string) => `On time, ${late} behind the start`,
  late: (late: string) => `Late by ${late}`,
  joined: (after: string) => `Joined ${after} after the start`,
  never: {
    gone: "Not live: it is not recorded",
    refused: "Refused: it is not recorded, and its card says why",
    no_sample: "Brings no samples: nothing of it is recorded",
  },
  silent: (streams: string) => `No samples of ${streams}`,
  ownLate: (late: string) => `Its own recording began ${late} late`,
  ownNever: "It does not record on itself",
  rejoined: (count: number) => (count === 1 ? "Was away once and came back" : `Was away ${count} times and came back`),
  of: (label: string, what: string) => `${label}: ${what}`,
  details: "Each device",
  called: (within: string) => `devices started within ${within}`,
  noneBegan: "no device has begun",
  acks: {
    start: "records on itself, too",
    started: "its start has changed",
    joined_late: "records from now on",
    rejoined: "is back in the recording",
    own_start: "its own recording has changed",
    late_stop: "its own files are closed",
    files: "named its files",
  },
};
