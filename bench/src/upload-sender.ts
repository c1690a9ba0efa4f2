import { once } from "node:events";
import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import type { UploadContent } from "./upload-content.js";

const TUS = { "tus-resumable": "1.0.0" };
const RESUME_WITHIN_MS = 10_000;

/** What is sent, and for which file of which session. */
export interface UploadOrder {
  readonly session: string;
  readonly fileId: string;
  readonly content: UploadContent;
  /** The bodies, counted from 0, whose connection is cut in the middle. */
  readonly cuts: ReadonlySet<number>;
}

/** Sends a file by tus over plain HTTP, as fast as the hub takes it. */
export class UploadSender {
  readonly #endpoint: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(endpoint: string, token: string) {
    this.#endpoint = new URL(endpoint);
    this.#headers = { ...TUS, authorization: `Bearer ${token}` };
  }

  /** Resolves when the hub has every byte; with the number of connections that were cut. */
  async send({ session, fileId, content, cuts }: UploadOrder): Promise<number> {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const metadata = `session ${base64(session)},file_id ${base64(fileId)}`;
    const created = await this.#ask("POST", this.#endpoint, {
      ...{ "upload-length": content.sizeBytes, "upload-metadata": metadata },
    });
    const place = new URL(created.headers.location!, this.#endpoint);
    let offset = 0;
    let cut = 0;
    for (let body = 0; offset < content.sizeBytes; body++) {
      const parts = content.from(offset);
      if (cuts.has(body)) {
        cut += 1;
        await this.#sendHalf(place, offset, parts);
      }
      offset = cuts.has(body) ? await this.#resume(place) : await this.#patch(place, offset, parts);
    }
    this.#agent.destroy();
    return cut;
  }

  async #patch(place: URL, offset: number, parts: readonly Buffer[]): Promise<number> {
    const sent = this.#beginPatch(place, offset, parts);
    for (const part of parts) sent.write(part);
    sent.end();
    const answer = await answerTo(sent);
    // The hub may not have noticed yet that the connection before was cut.
    if (answer.statusCode === 409 || answer.statusCode === 423) return this.#resume(place);
    return offsetOf(requireGood(answer));
  }

  async #sendHalf(place: URL, offset: number, parts: readonly Buffer[]): Promise<void> {
    const sent = this.#beginPatch(place, offset, parts);
    const closed = new Promise((resolve) => sent.once("close", resolve));
    sent.on("error", () => undefined); // the cut, which is ordered
    const [first] = parts as [Buffer];
    await new Promise((resolve) => sent.write(first.subarray(0, first.length >> 1), resolve));
    sent.destroy();
    await closed;
  }

  #beginPatch(place: URL, offset: number, parts: readonly Buffer[]): ClientRequest {
    const sizeBytes = parts.reduce((sum, { length }) => sum + length, 0);
    const about = { "content-type": "application/offset+octet-stream", "upload-offset": offset };
    const headers = { ...this.#headers, ...about, "content-length": sizeBytes };
    return request(place, { method: "PATCH", agent: this.#agent, headers });
  }

  /** Where to go on: where the hub has got to once it lets go of the connection that was cut. */
  async #resume(place: URL): Promise<number> {
    const limitMs = performance.now() + RESUME_WITHIN_MS;
    for (let before = -1; performance.now() < limitMs;) {
      const now = offsetOf(await this.#ask("HEAD", place, {}));
      if (now === before) return now;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`the hub did not come to rest within ${RESUME_WITHIN_MS} ms`);
  }

  async #ask(method: string, place: URL, headers: Readonly<Record<string, string | number>>): Promise<IncomingMessage> {
    const sent = request(place, { method, agent: this.#agent, headers: { ...this.#headers, ...headers } });
    sent.end();
    return requireGood(await answerTo(sent));
  }
}

async function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer;
}

function requireGood(answer: IncomingMessage): IncomingMessage {
  if (answer.statusCode! < 300) return answer;
  throw new Error(`the hub answered an upload with ${answer.statusCode}`);
}

function offsetOf({ headers }: IncomingMessage): number {
  return Number(headers["upload-offset"]);
}
