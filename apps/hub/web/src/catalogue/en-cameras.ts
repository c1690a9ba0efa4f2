/** What the page says of cameras and their pictures, in English. */
export const cameras = {
  picture: (label: string) => `Live picture of ${label}`,
  enlarge: (label: string) => `Enlarge the live picture of ${label}`,
  facts: "How the camera is",
  noneYet: "No picture yet",
  noneFor: (time: string) => `No picture for ${time}`,
  broken: "The last picture could not be shown",
  format: (width: number, height: number, codec: string) => `${width} × ${height} ${codec}`.trim(),
  dropped: (count: number, shown: string) =>
    count === 0 ? "No frame dropped" : `${shown} ${count === 1 ? "frame" : "frames"} dropped since it connected`,
  duplicated: (count: string) => `${count} duplicated`,
  restarted: (times: number) => (times === 1 ? "Encoder restarted once" : `Encoder restarted ${times} times`),
  sizeField: "Picture (pixels)",
  sizeHint: "Width x height. A camera that cannot do it says what it offers.",
  sizeWrong: "Two even numbers such as 1280 x 720",
  rateField: "Frames per second",
  rateHint: "Less light, fewer frames: many cameras slow down in the dark.",
  rateWrong: (limits: { lowest: number; highest: number }) => `A number from ${limits.lowest} to ${limits.highest}.`,
};
