const filesOf = (count: number): string => `${count} ${count === 1 ? "file" : "files"}`;

/** What the page says of files that devices send after a recording, in English. */
export const files = {
  title: "Files on their way",
  waitsFor: (count: number, names: string) => `Waiting for ${filesOf(count)} from ${names}.`,
  closesItself: "The session closes by itself when they are here.",
  of: (fileType: string, recording: number) => `${fileType}, recording ${recording}`,
  own: (recording: number) => `its own recording ${recording}`,
  untold: "not told yet",
  notHeard: "it has not said which files it holds",
  sizes: (received: string, size: string) => `${received} of ${size}`,
  rate: (amount: string) => `${amount}/s`,
  timeLeft: (time: string) => `${time} left`,
  paused: "nothing is coming in",
  nextPiece: "waiting for the next piece",
  progressOf: (name: string, device: string) => `Progress of ${name} of ${device}`,
  away: "Away. Bring it back into the Wi-Fi and keep its app open; it goes on where it stopped.",
  askAgain: "Ask again",
  askAgainOf: (device: string) => `Ask ${device} again for its files`,
  asked: (device: string) => `${device} was asked.`,
  close: "Close without them…",
  closeTitle: (name: string) => `Close session ${name} without these files?`,
  closeAsk: "The session is sealed now, and its metadata name these files as missing:",
  closeStay: "They stay on the device: reopen the session later to fetch them.",
  closeYes: "Yes, close without them",
  endAsk: (count: number) =>
    `${filesOf(count)} ${count === 1 ? "is" : "are"} still on the way: the session waits for ${count === 1 ? "it" : "them"} and closes by itself then.`,
  endUntold: (names: string) =>
    `What ${names} recorded on itself was not told yet: the session waits for it. Bring it back into the Wi-Fi and keep its app open.`,
  missing: (count: number) => `${filesOf(count)} missing`,
  missingHint: (count: number) =>
    `${filesOf(count)} that a device recorded on itself did not come in before the session was closed. What is still on the device can be fetched: reopen the session and connect the device.`,
  gaps: (count: number) => `gaps in ${count} ${count === 1 ? "stream" : "streams"}`,
  gapsHint: (count: number) =>
    `Samples or frames of ${count} ${count === 1 ? "stream" : "streams"} are missing; the log names each gap, the quality report adds them up.`,
  here: (file: string, device: string) => `${file} of ${device} is here.`,
  allHere: (session: string) => `All files of session ${session} are here.`,
};
