import fc from "fast-check";
import { canDo, errorReport, type SessionAction, type SessionState } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { workbench } from "./store-bench.js";

/** What an operator can do to an open session, and the state it leads to where the table allows it. */
const COMMANDS: readonly { name: SessionAction; run: (session: OpenSession) => Promise<unknown>; to: SessionState }[] =
  [
    { name: "start_recording", run: (session) => session.startRecording({ atUs: 6e6, devices: [] }), to: "recording" },
    { name: "stop_recording", run: (session) => session.stopRecording({ atUs: 7e6, streams: [] }), to: "active" },
    { name: "end", run: (session) => session.end({ reason: "x", by: "op" }), to: "completed" },
    {
      name: "fail",
      run: (session) => session.fail({ error_type: "session", code: "X", message: "", remedy: "", recoverable: false }),
      to: "error",
    },
    { name: "reset", run: (session) => session.reset({ by: "op" }), to: "idle" },
  ];

const command = fc.constantFrom(...COMMANDS);

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => errorReport(error).code,
  );
}

test("whatever commands come in whatever order, the table decides, and a refused one changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
      const session = await (await workbench().open()).create();
      for (const { name, run, to } of commands) {
        const before = session.state;
        const isAllowed = canDo(before, name);
        const lastSeq = session.lastSeq;
        const result = await outcome(run(session));
        const refusal = before === "completed" || before === "idle" ? "SESSION_IMMUTABLE" : "SESSION_INVALID_STATE";
        expect([result, session.state]).toEqual(isAllowed ? ["done", to] : [refusal, before]);
        if (!isAllowed) expect(session.lastSeq).toBe(lastSeq);
      }
    }),
    { numRuns: 150, seed: 11 },
  );
});

test("of any two commands at the same moment at most one is taken, and the state is where it led", async () => {
  await fc.assert(
    fc.asyncProperty(command, command, async (first, second) => {
      const session = await (await workbench().open()).create();
      const results = await Promise.all([outcome(first.run(session)), outcome(second.run(session))]);
      const done = [first, second].filter((_, index) => results[index] === "done");
      expect(done.length).toBeLessThanOrEqual(1);
      expect(session.state).toBe(done[0]?.to ?? "active");
    }),
    { numRuns: 60, seed: 12 },
  );
});

test("samples and devices are taken only where the lifecycle allows it", async () => {
  const session = await (await workbench().open()).create();
  expect(
    await outcome(session.openStream({ deviceId: "d", info: undefined as never, driver: "", firmware: null })),
  ).toBe("SESSION_DEVICE_UNKNOWN");
  await session.fail({ error_type: "session", code: "X", message: "", remedy: "", recoverable: false });
  expect(await outcome(session.marker({ label: "m", atUs: 0, by: "op" }))).toBe("SESSION_INVALID_STATE");
  expect(await outcome(session.marker({ label: "m".repeat(201), atUs: 0, by: "op" }))).toBe("SESSION_INVALID_STATE");
});

test("an event whose moment is no number is kept, with the moment it was written", async () => {
  const session = await (await workbench().open()).create();
  const note = await session.note({ text: "now", by: "op" });
  const marker = await session.marker({ label: "m", atUs: Number.NaN, by: "op" });
  expect(marker).toMatchObject({ label: "m", t_s: note.t_s });
});
