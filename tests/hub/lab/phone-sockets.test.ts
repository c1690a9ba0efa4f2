import { pairPhone } from "../../../apps/hub/src/lab/phone/pairing.js";
import { PhoneSockets, type PhoneEars } from "../../../apps/hub/src/lab/phone/phone-sockets.js";
import { SmallHub } from "./small-hub.js";

let hub: SmallHub;
let sockets: PhoneSockets | undefined;
beforeEach(async () => {
  hub = await SmallHub.open();
});
afterEach(async () => {
  sockets?.close();
  await hub.close();
});

function open(ears: Partial<PhoneEars> = {}): PhoneSockets {
  const deaf: PhoneEars = {
    onUp: () => undefined,
    onDown: () => undefined,
    onMessage: (_name, _value, answer) => answer?.({ ok: true }),
    onProbe: ({ id, pad }) => ({ id, pad, t2_s: 1, t3_s: 2, clock_id: "c1" }),
  };
  sockets = new PhoneSockets({ hub: hub.url, token: "token-1" }, { ...deaf, ...ears });
  sockets.open();
  return sockets;
}

const connections = (said: readonly { name: string }[]): number =>
  said.filter(({ name }) => name === "connected").length;

test("a right code becomes a token, a wrong one a typed error with the hub's own words", async () => {
  expect(await pairPhone(hub.url, { code: "GOODCODE", name: "Phone" })).toBe("token-1");
  await expect(pairPhone(hub.url, { code: "BADCODE1", name: "Phone" })).rejects.toMatchObject({
    code: "SIMULATION_FAILED",
    message: expect.stringContaining("PAIRING_CODE_WRONG"),
  });
});

test("a phone whose connection the hub closed comes back, with the same token", async () => {
  open();
  await hub.until((said) => connections(said) === 1);
  hub.phone.disconnect(true);
  await hub.until((said) => connections(said) === 2);
  expect(hub.tokens).toEqual(["token-1", "token-1"]);
});

test("a phone that left stays away until it comes back by itself", async () => {
  let downs = 0;
  const phone = await new Promise<PhoneSockets>((resolve) => {
    const opened = open({ onUp: () => resolve(opened), onDown: () => (downs += 1) });
  });
  phone.close();
  phone.sendBlock(Uint8Array.of(1)); // dropped: what is kept is sent again after the next hello
  await expect(phone.ask("hello", {})).rejects.toThrow("not connected");
  phone.open();
  await hub.until((said) => connections(said) === 2);
  expect(downs).toBe(1);
  expect(hub.said.some(({ name }) => name === "block")).toBe(false);
});

test("orders reach the phone and its answer goes back; words and bytes reach the hub", async () => {
  const phone = open({ onMessage: (name, value, answer) => answer?.({ ok: true, name, value }) });
  await hub.until((said) => connections(said) === 1);
  expect(await hub.ask("arm", { streams: ["imu"] })).toEqual({ ok: true, name: "arm", value: { streams: ["imu"] } });
  phone.sendBlock(Uint8Array.of(1, 2, 3));
  expect(await phone.ask("status", { device_time_s: 1 })).toEqual({ ok: true });
  const words = hub.said.map(({ name }) => name).filter((name) => name !== "connected" && name !== "clock");
  expect(words).toEqual(["block", "status"]);
});

test("the clock answers on a connection of its own, also while the phone does not read", async () => {
  const phone = open();
  await hub.until((said) => connections(said) === 1 && said.some(({ name }) => name === "clock"));
  phone.read(false);
  expect(await hub.probe(7)).toMatchObject({ id: 7, t2_s: 1, t3_s: 2 });
  const answer = hub.ask("arm", { streams: [] });
  phone.read(true);
  expect(await answer).toEqual({ ok: true });
});

test("a sleeping phone hears nothing and connects to nobody; awake it hears what came and comes back", async () => {
  const heard: string[] = [];
  const phone = open({ onMessage: (name) => void heard.push(name) });
  const joined = (said: readonly { name: string }[]): number =>
    said.filter(({ name }) => name === "connected" || name === "clock").length;
  await hub.until((said) => joined(said) === 2);
  phone.sleep(true);
  hub.phone.emit("stored", { next_seq: {} });
  hub.phone.disconnect(true);
  const probed = hub.probe(7);
  expect([heard, joined(hub.said)]).toEqual([[], 2]);
  phone.sleep(false);
  await hub.until((said) => joined(said) === 3);
  expect(heard).toEqual(["stored"]);
  expect(await probed).toMatchObject({ id: 7 });
});
