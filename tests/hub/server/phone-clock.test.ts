import { CLOCK_NAMESPACE, type ProbeReply } from "@polychron/protocol";
import { probeReply } from "../../../packages/devices/src/phone/emulator/probe-reply.js";
import { systemClock } from "../../../apps/hub/src/system-clock.js";
import { PhoneBench } from "./phone-bench.js";

let bench: PhoneBench;
beforeEach(async () => {
  bench = await PhoneBench.open();
});
afterEach(() => bench.close());

/** One connection as messages before they are decoded. */
interface WebSocketPipe {
  on(event: "message", listener: (bytes: Buffer) => void): void;
  send(...values: unknown[]): void;
  readonly extensions: string;
}

test("question and answer have one size on the wire, and nothing is compressed", async () => {
  const token = await bench.token();
  const { heard } = await bench.join(token);
  const clock = await bench.clock(token);
  const { ws: pipe } = (clock.io.engine as unknown as { transport: { ws: WebSocketPipe } }).transport;
  const questions: number[] = [];
  const answers: number[] = [];
  pipe.on("message", (bytes) => void (isProbe(String(bytes)) && questions.push(bytes.length)));
  const send = pipe.send.bind(pipe);
  pipe.send = (...values) => {
    if (isProbe(String(values[0]))) answers.push(Buffer.byteLength(String(values[0])));
    send(...values);
  };
  const nowS = (): number => systemClock().nowUs() / 1e6;
  const longId = "c".repeat(64);
  clock.on("probe", (probe) => void clock.emit("probe_reply", probeReply(probe, longId, nowS(), nowS)));
  await heard.until(({ probes }) => probes.length >= 12);
  expect(answers.length).toBeGreaterThanOrEqual(12);
  expect(answers).toEqual(questions.slice(0, answers.length));
  expect(pipe.extensions).toBe("");
});

function isProbe(message: string): boolean {
  return message.includes(`${CLOCK_NAMESPACE},["probe`);
}

test("what the hub says of a question lies around what the phone says of it", async () => {
  const token = await bench.token();
  const { heard } = await bench.join(token);
  const clock = await bench.clock(token);
  const nowUs = (): number => systemClock().nowUs();
  const asked = new Map<number, number>();
  const answered: { id: number; atUs: number }[] = [];
  clock.on("probe", ({ id, pad }) => {
    asked.set(id, nowUs());
    const reply: ProbeReply = { id, t2_s: nowUs() / 1e6, t3_s: nowUs() / 1e6, clock_id: "boot1", pad };
    answered.push({ id, atUs: nowUs() });
    clock.emit("probe_reply", reply);
  });
  await heard.until(({ probes }) => probes.length >= 12);
  for (const { reply, t1Us, atUs } of heard.probes) {
    expect(t1Us).toBeLessThanOrEqual(asked.get(reply!.id)!);
    expect(atUs).toBeGreaterThanOrEqual(answered.find(({ id }) => id === reply!.id)!.atUs);
  }
});
