/** What the page says of quality, in English. */
export const quality = {
  title: "Quality",
  none: "No quality report yet.",
  make: "Make quality report",
  again: "Make it again",
  open: "Open quality report",
  levels: { good: "Good", fair: "With limits", poor: "Bad", unknown: "Unknown" },
  scores: { synchronization: "Synchronisation", data: "Data", coordination: "Coordination" },
  hint: "0 to 1, over the last minute of this recording; of a session, the lowest of its devices.",
  live: "Quality now",
};
