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
    const asked = await this.#request("/api/token", { method: "POST" });
    const answer = await this.#read(asked, async (response) => ((await response.json()) as { token: string }).token);
    if (answer.ok) this.#token = answer.value;
    return answer;
  }

  /** A restarted hub knows no token of the one before it. */
  forgetToken(): void {
    this.#token = null;
  }

  async json<Value>(path: string): Promise<Answer<Value>> {
    return this.#read(await this.#get(path), async (response) => (await response.json()) as Value);
  }

  async blob(path: string): Promise<Answer<Blob>> {
    return this.#read(await this.#get(path), (response) => response.blob());
  }

  /** What follows the head of an answer can be cut off as well. */
  async #read<Value>(answer: Answer<Response>, read: (response: Response) => Promise<Value>): Promise<Answer<Value>> {
    if (!answer.ok) return answer;
    try {
      return { ok: true, value: await read(answer.value) };
    } catch (thrown) {
      return this.#failed(thrown);
    }
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
      return this.#failed(thrown);
    }
  }

  #failed(thrown: unknown): { readonly ok: false; readonly error: ErrorReport } {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, error: { ...this.#unreachable, params: { reason } } };
  }
}
