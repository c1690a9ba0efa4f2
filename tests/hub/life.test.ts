import { Life } from "../../apps/hub/src/life.js";

test("what was started is stopped in reverse order, once, whoever asks", async () => {
  const life = new Life();
  const stopped: string[] = [];
  for (const name of ["lock", "store", "doors"]) life.onStop(() => void stopped.push(name));
  await Promise.all([life.stop(), life.stop()]);
  await life.stop();
  expect(stopped).toEqual(["doors", "store", "lock"]);
});

test("a part that fails to stop keeps no other from it, and is told at the end", async () => {
  const life = new Life();
  const stopped: string[] = [];
  life.onStop(() => void stopped.push("lock"));
  life.onStop(() => Promise.reject(new Error("no room")));
  life.onStop(() => void stopped.push("doors"));
  await expect(life.stop()).rejects.toThrow("no room");
  expect(stopped).toEqual(["doors", "lock"]);
});

test("several that fail are told together", async () => {
  const life = new Life();
  life.onStop(() => Promise.reject(new Error("one")));
  life.onStop(() => Promise.reject(new Error("two")));
  await expect(life.stop()).rejects.toThrow(/two.*one/);
});
