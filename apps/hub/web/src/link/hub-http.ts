import type { ErrorReport } from "@polychron/session/model";

/** An answer of the hub's HTTP side: the value, or why there is none. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: ErrorReport };

/** The hub over HTTP: the page's token, kept in memory only, and the reads that carry it. */
export class HubHttp {
  readonly #fetch: typeof fetch;
  readonly #unreachable: ErrorReport;
  #token: string | null = null;

  /** @param unreachable what is answered when the hub cannot be reached */
  constructor(fetchFrom: typeof fetch, unreachable: ErrorReport) {
    this.#fetch = fetchFrom;
    this.#unreachable = unreachable;
  }

  /** The token, asked for when there is none. */
  async token(): Promise<Answer<string>> {
    if (this.#token !== null) return { ok: true, value: this.#token };
    const answer = await this.#request("/api/token", { method: "POST" });
    if (!answer.ok) return answer;
    this.#token = ((await answer.value.json()) as { token: string }).token;
    return { ok: true, value: this.#token };
  }

  /** A restarted hub knows no token of the one before it. */
  forgetToken(): void {
    this.#token = null;
  }

  async json<Value>(path: string): Promise<Answer<Value>> {
    const answer = await this.#get(path);
    return answer.ok ? { ok: true, value: (await answer.value.json()) as Value } : answer;
  }

  async blob(path: string): Promise<Answer<Blob>> {
    const answer = await this.#get(path);
    return answer.ok ? { ok: true, value: await answer.value.blob() } : answer;
  }

  async #get(path: string): Promise<Answer<Response>> {
    const first = await this.#getOnce(path);
    if (first.ok || first.error.code !== "TOKEN_REQUIRED") return first;
    this.forgetToken();
    return this.#getOnce(path);
  }

  async #getOnce(path: string): Promise<Answer<Response>> {
    const token = await this.token();
    return token.ok ? this.#request(path, { headers: { authorization: `Bearer ${token.value}` } }) : token;
  }

  async #request(path: string, init: RequestInit): Promise<Answer<Response>> {
    try {
      const response = await this.#fetch(path, { ...init, signal: AbortSignal.timeout(60_000) });
      if (response.ok) return { ok: true, value: response };
      return { ok: false, error: ((await response.json()) as { error: ErrorReport }).error };
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return { ok: false, error: { ...this.#unreachable, params: { reason } } };
    }
  }
}
