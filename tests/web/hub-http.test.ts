import { HubHttp } from "../../apps/hub/web/src/link/hub-http.js";

const UNREACHABLE = { code: "UI_HUB_UNREACHABLE", message: "", remedy: "", params: {} };
const REFUSAL = { error: { code: "TOKEN_REQUIRED", message: "", remedy: "", params: {} } };

/** A hub that issues numbered tokens and knows only the newest; `restart` makes it forget. */
function hubOf() {
  const asked: string[] = [];
  let issued = 0;
  let known = "";
  const answer = (input: unknown, init?: RequestInit): Promise<Response> => {
    asked.push(String(input));
    if (input === "/api/token") return Promise.resolve(Response.json({ token: (known = `token ${++issued}`) }));
    const isKnown = new Headers(init?.headers).get("authorization") === `Bearer ${known}`;
    return Promise.resolve(isKnown ? Response.json({ files: [] }) : Response.json(REFUSAL, { status: 401 }));
  };
  return { fetch: answer as typeof fetch, asked, restart: () => (known = "none") };
}

test("the token is asked for once and carried by every read", async () => {
  const hub = hubOf();
  const http = new HubHttp(hub.fetch, UNREACHABLE);
  expect(await http.json("/api/a")).toEqual({ ok: true, value: { files: [] } });
  expect(await http.json("/api/b")).toEqual({ ok: true, value: { files: [] } });
  expect(hub.asked).toEqual(["/api/token", "/api/a", "/api/b"]);
});

test("after a restart of the hub a new token is fetched and the read repeated", async () => {
  const hub = hubOf();
  const http = new HubHttp(hub.fetch, UNREACHABLE);
  await http.json("/api/a");
  hub.restart();
  expect(await http.json("/api/a")).toEqual({ ok: true, value: { files: [] } });
  expect(hub.asked).toEqual(["/api/token", "/api/a", "/api/a", "/api/token", "/api/a"]);
});

test("a refusal that stays is handed on with its code, after one more try", async () => {
  const refuse = ((input: unknown) =>
    Promise.resolve(
      input === "/api/token" ? Response.json({ token: "t" }) : Response.json(REFUSAL, { status: 401 }),
    )) as typeof fetch;
  expect(await new HubHttp(refuse, UNREACHABLE).json("/api/a")).toEqual({ ok: false, error: REFUSAL.error });
});

test("a hub that cannot be reached is an error with its reason", async () => {
  const dead = (() => Promise.reject(new TypeError("fetch failed"))) as typeof fetch;
  expect(await new HubHttp(dead, UNREACHABLE).json("/api/a")).toEqual({
    ok: false,
    error: { ...UNREACHABLE, params: { reason: "fetch failed" } },
  });
});

test("an answer that is cut off is a hub that cannot be reached, not an error of the page", async () => {
  const cut = (input: unknown) =>
    Promise.resolve(input === "/api/token" ? Response.json({ token: "t" }) : new Response('{"files": ['));
  const answer = await new HubHttp(cut as typeof fetch, UNREACHABLE).json("/api/a");
  expect(answer).toMatchObject({ ok: false, error: { code: "UI_HUB_UNREACHABLE" } });
});
