/** What the page says of clocks, in English. */
export const clock = {
  details: "How the clock is known",
  within: (ms: string) => `Clock: within ${ms}\u00a0ms`,
  drifts: (ppm: string) => `drifts ${ppm}\u00a0ppm`,
  unknown: "Clock: not measured yet",
  noAnswer: "Clock: no answer",
  unusable: "Clock: cannot be used",
  arrivals: "Clock: by arrival",
  steady: (ms: string) => `steady within ${ms}\u00a0ms`,
  arrivalsHint: "This device cannot be asked for its time; what every sample needs on its way at least stays unknown.",
  readHint:
    "Its clock is read now and then; no sample can be later than it arrives, nor earlier than a reading allows.",
  hub: "Clock: the hub's own",
  hubHint: "The hub itself stamps what comes, so nothing has to be converted.",
  poor: "too uncertain",
  offset: (seconds: string) => `${seconds}\u00a0s to add to its time`,
  hard: (ms: string) => `${ms}\u00a0ms off at the very most`,
  roundTrip: (ms: string) => `Shortest way there and back ${ms}\u00a0ms`,
  answered: (time: string) => `Last answer ${time} ago`,
  bursts: (count: number, shown: string) => `${shown} ${count === 1 ? "measurement" : "measurements"}`,
  lost: (count: number, shown: string) => `${shown} ${count === 1 ? "question" : "questions"} without an answer`,
  steps: (count: number) => (count === 1 ? "1 jump" : `${count} jumps`),
  epochs: (count: number) => `${count} runs of the clock`,
  outside: (count: number) => (count === 1 ? "1 time outside its bound" : `${count} times outside its bound`),
  glitches: (count: number, shown: string) =>
    `${shown} ${count === 1 ? "measurement" : "measurements"} that could not be true`,
  jumped: (device: string, by: string) => [`Clock of ${device} jumped`, by].filter(Boolean).join(" by "),
  mayHaveJumped: (device: string, by: string) =>
    [`Clock of ${device} may have jumped`, by].filter(Boolean).join(" by "),
  renewed: (device: string) => `${device} has a new clock`,
  timeSet: (by: string) => `The hub's time of day was set by ${by}`,
  slept: (time: string) => `The hub's computer slept for ${time}`,
};
