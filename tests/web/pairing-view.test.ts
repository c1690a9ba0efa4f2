import { isLoopbackOnly, joinedPhone, pairingOffer, secondsLeft } from "../../apps/hub/web/src/devices/pairing-view.js";
import { aDevice, aPhone } from "./hub-fixture.js";

const ANSWER = { code: "7KQ2M9XW", expires_s: 120, addresses: ["http://192.168.1.5:8470"] };

test("a code counts down and ends", () => {
  const offer = pairingOffer(ANSWER, 10e6, []);
  expect(offer).toMatchObject({ code: "7KQ2M9XW", addresses: ["http://192.168.1.5:8470"] });
  expect([10e6, 10.2e6, 129.5e6, 130e6, 500e6].map((nowUs) => secondsLeft(offer, nowUs))).toEqual([120, 120, 1, 0, 0]);
});

test("the phone that joined is the one that was not there when the code was made; other devices do not count", () => {
  const offer = pairingOffer(ANSWER, 0, [aPhone()]);
  expect(joinedPhone(offer, [aPhone(), aDevice()])).toBeUndefined();
  expect(joinedPhone(offer, [aPhone(), aDevice(), aPhone({ id: "phone_2" })])?.id).toBe("phone_2");
});

test.each<[readonly string[], boolean]>([
  [["http://127.0.0.1:8470"], true],
  [["http://localhost:8470", "http://[::1]:8470"], true],
  [[], true],
  [["http://192.168.1.5:8470"], false],
  [["http://127.0.0.1:8470", "http://10.0.0.2:8470"], false],
  [["http://localhost.lab.example:8470"], false],
])("a hub at %j is reached by this computer only: %s", (addresses, expected) => {
  expect(isLoopbackOnly(addresses)).toBe(expected);
});
