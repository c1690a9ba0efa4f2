import type { CommandInput, CommandResult } from "@polychron/protocol";
import {
  ANSWER_MS,
  GIVE_UP_MS,
  sendUntilAnswered,
  type CommandPort,
} from "../../apps/hub/web/src/link/command-sender.js";

const VALUE: CommandInput = { kind: "scan_devices", command_id: "0b9e6f0e-4c8e-4f0a-9d49-3f6c0c1d2e3f" };
const DONE: CommandResult = { ok: true, command_id: VALUE.command_id, repeated: false, result: {} };
const NO_ANSWER = { code: "UI_NO_ANSWER", message: "none", remedy: "look", params: {} };

/** A port whose answers are ordered one by one; each unanswered try takes its whole limit of a clock moved by hand. */
function portOf(answers: (CommandResult | "unanswered")[], hasConnection = true) {
  const sent: CommandInput[] = [];
  let nowMs = 0;
  const port: CommandPort = {
    nowMs: () => nowMs,
    connected: (limitMs) => {
      if (!hasConnection) nowMs += limitMs;
      return Promise.resolve(hasConnection);
    },
    emit: (value, limitMs) => {
      sent.push(value);
      const answer = answers.shift() ?? "unanswered";
      if (answer === "unanswered") nowMs += limitMs;
      return Promise.resolve(answer);
    },
  };
  return { port, sent };
}

test("an answered command is sent once", async () => {
  const { port, sent } = portOf([DONE]);
  expect(await sendUntilAnswered(port, VALUE, NO_ANSWER)).toBe(DONE);
  expect(sent).toEqual([VALUE]);
});

test("an unanswered command goes out again under the same id, so that the hub does it once", async () => {
  const { port, sent } = portOf(["unanswered", "unanswered", DONE]);
  expect(await sendUntilAnswered(port, VALUE, NO_ANSWER)).toBe(DONE);
  expect(sent.map((value) => value.command_id)).toEqual([VALUE.command_id, VALUE.command_id, VALUE.command_id]);
});

test("a refusal is an answer and is not sent again", async () => {
  const refusal: CommandResult = {
    ok: false,
    command_id: VALUE.command_id,
    repeated: false,
    error: { ...NO_ANSWER, code: "SESSION_INVALID_STATE" },
  };
  const { port, sent } = portOf([refusal]);
  expect(await sendUntilAnswered(port, VALUE, NO_ANSWER)).toBe(refusal);
  expect(sent).toHaveLength(1);
});

test("a command nobody answers ends as an error after the limit", async () => {
  const { port, sent } = portOf([]);
  expect(await sendUntilAnswered(port, VALUE, NO_ANSWER)).toMatchObject({ ok: false, error: { code: "UI_NO_ANSWER" } });
  expect(sent).toHaveLength(GIVE_UP_MS / ANSWER_MS);
});

test("without a connection nothing is sent and the wait has an end", async () => {
  const { port, sent } = portOf([DONE], false);
  expect(await sendUntilAnswered(port, VALUE, NO_ANSWER)).toMatchObject({ ok: false, error: { code: "UI_NO_ANSWER" } });
  expect(sent).toEqual([]);
});
