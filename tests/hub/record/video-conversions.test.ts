import type { OpenSession } from "@polychron/session/store";
import { VideoConversions } from "../../../apps/hub/src/record/video-conversions.js";
import {
  announced,
  CAMERA,
  frameBlock,
  NEW_MEDIA,
  PHONE,
  pieces,
  settle,
  someBytes,
} from "../../session/media-bench.js";
import { workbench, type Workbench } from "../../session/store-bench.js";

const END = { reason: "operator", by: "op" };

/** A recording with one video of the hub's own. */
async function film(session: OpenSession, bench: Workbench): Promise<void> {
  await session.startRecording({ atUs: bench.clock.us, devices: ["cam_1", "phone_1"] });
  const { video, frames } = await session.openMedia(NEW_MEDIA);
  video.append(Buffer.from("clusters"), 30);
  frames.append(frameBlock(0, 30, bench.clock.us));
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
}

/** Begins, and answers the names of the videos that are given to be converted; none of them is. */
async function begun(session: OpenSession): Promise<string[]> {
  const asked: string[] = [];
  const convertVideo = ({ from }: { readonly from: string }): Promise<never> => {
    asked.push(from.slice(from.lastIndexOf("/") + 1));
    return Promise.reject(new Error("there is no ffmpeg here"));
  };
  new VideoConversions(session, { convertVideo, onFault: () => undefined }).begin();
  await settle();
  return asked;
}

async function filmed() {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create();
  await session.addDevice("cam_1", CAMERA);
  await session.addDevice("phone_1", PHONE);
  await film(session, bench);
  return { bench, store, session };
}

test("what the hub recorded is converted; a video that a phone has sent, or will send, stays as the phone made it", async () => {
  const { session } = await filmed();
  const sent = someBytes(3_000);
  const files = ["sent", "awaited"].map((fileId) => announced(sent, { fileId, ext: "mkv" }));
  await session.announceFiles("phone_1", 1, files);
  await (await session.receive("phone_1", "sent"))!.append(0, pieces(sent));
  expect(session.metadata.files["phone_1"]!.map(({ complete }) => complete)).toEqual([false, true]);
  expect(await begun(session)).toEqual(["cam_1_20250731_143022.mkv"]);
});

test("what was sealed stays as it is when its session is reopened; what is recorded afterwards is converted", async () => {
  const { bench, store, session } = await filmed();
  bench.clock.advance(5e6);
  expect(await session.end(END)).toEqual({ sealed: true });
  bench.clock.advance(60e6);
  const again = await store.reopen(session.id, { by: "op" });
  expect(await begun(again)).toEqual([]);
  await film(again, bench);
  expect(await begun(again)).toEqual(["cam_1_20250731_143127.mkv"]);
});
