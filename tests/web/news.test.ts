import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import { newsBetween, newsText } from "../../apps/hub/web/src/shell/news.js";
import { aDevice, anAwaitedFile, aPhone, aSession, aSnapshot } from "./hub-fixture.js";

type Part = Parameters<typeof aSnapshot>[0];

const texts = chooseCatalogue([]);

/** What is read out when the hub goes from one state to another. */
function said(before: Part, now: Part): string[] {
  return newsBetween(aSnapshot(before), aSnapshot(now)).map((news) => newsText(news, texts));
}

test("a phone that joins, goes away and comes back is told", () => {
  const live = { devices: [aPhone()] };
  const away = { devices: [aPhone({ phase: "lost" })] };
  expect(said({}, live)).toEqual(["Pixel 9 has joined."]);
  expect(said(live, away)).toEqual(["Pixel 9: Away. It comes back by itself when it is near and its app is open."]);
  expect(said(away, live)).toEqual(["Pixel 9 is back."]);
  expect(said(live, live)).toEqual([]);
});

test("a sensor that is lost is told as lost; one that was connected by hand is no news", () => {
  expect(said({ devices: [aDevice()] }, { devices: [aDevice({ phase: "lost" })] })).toEqual([
    "Shimmer3 GSR+ 3A5F is lost.",
  ]);
  expect(said({}, { devices: [aDevice()] })).toEqual([]);
});

describe("files", () => {
  const video = anAwaitedFile();
  const audio = anAwaitedFile({ file_id: "audio-1", file_type: "audio" });
  const waitingFor = (...awaited: (typeof video)[]): Part => ({
    devices: [aPhone()],
    sessions: [aSession({ state: "processing", awaited })],
  });

  test("are told when they are here, and once more when all are", () => {
    expect(said(waitingFor(video, audio), waitingFor(audio))).toEqual(["rgb, recording 1 of Pixel 9 is here."]);
    expect(said(waitingFor(audio), waitingFor())).toEqual([
      "audio, recording 1 of Pixel 9 is here.",
      "All files of session P07 are here.",
    ]);
  });

  test("that are announced are no news yet", () => {
    expect(said(waitingFor(), waitingFor(video))).toEqual([]);
  });

  test("are not called here when their session was closed without them", () => {
    expect(said(waitingFor(video), { devices: [aPhone()] })).toEqual(["Session P07 is closed."]);
  });
});
