import { UPLOAD_PATH } from "@polychron/protocol";
import { SessionError } from "@polychron/session/model";
import { ERRORS, Server } from "@tus/server";
import { ServiceError } from "../errors.js";
import { readMetadata, writeAddress } from "./upload-address.js";
import type { UploadStore } from "./upload-store.js";

/** A request as tus sees it: everything but its body. */
export interface TusRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What tus, not the hub, refuses: a header that is missing or makes no sense. */
export class TusRefusal extends Error {
  readonly statusCode: number;

  constructor(status: number, text: string) {
    super(text.trim());
    // What is not supported is the sender's mistake, too: no server gets better at it by being asked again.
    this.statusCode = status < 500 ? status : 400;
  }
}

/**
 * Puts one request to the tus library and returns its answer. Throws what the store threw, `UPLOAD_OFFSET_WRONG`, `UPLOAD_TOO_LONG`,
 * or the library's refusal with its `statusCode`.
 */
export async function askTus(request: TusRequest, store: UploadStore): Promise<Response> {
  let failure: { readonly thrown: unknown } | undefined;
  const tus = new Server({
    path: UPLOAD_PATH,
    datastore: store,
    relativeLocation: true,
    allowedOrigins: [],
    namingFunction: (_request, metadata) => writeAddress(readMetadata(metadata)),
    // Its own error answers are plain text without the offset; they are made where every other error is.
    onResponseError: (_request, thrown) => {
      failure = { thrown };
      return undefined;
    },
  });
  const answer = await tus.handleWeb(withoutBody(request));
  if (failure !== undefined) throw inOurWords(failure.thrown, request, store);
  if (answer.status >= 400) throw new TusRefusal(answer.status, await answer.text());
  return answer;
}

function withoutBody({ method, url, headers }: TusRequest): Request {
  const single = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === "string");
  const known = new Headers(single);
  // Data within a creation are an extension that is not offered.
  if (method === "POST") known.delete("content-type");
  return new Request(new URL(url, "http://hub"), { method, headers: known });
}

function inOurWords(thrown: unknown, { headers, url }: TusRequest, store: UploadStore): unknown {
  const { fileId: file = "", offset: offsetBytes = 0, sizeBytes = 0 } = store.progress ?? {};
  if (thrown === ERRORS.FILE_NOT_FOUND) return new ServiceError("ROUTE_NOT_FOUND", { path: url.slice(0, 200) });
  if (thrown === ERRORS.INVALID_OFFSET)
    return new SessionError("UPLOAD_OFFSET_WRONG", { file, offsetBytes, gotBytes: Number(headers["upload-offset"]) });
  if (thrown === ERRORS.ERR_SIZE_EXCEEDED) return new SessionError("UPLOAD_TOO_LONG", { file, sizeBytes });
  if (thrown instanceof Error) return thrown;
  const { status_code: status, body } = thrown as { status_code: number; body: string };
  return new TusRefusal(status, body);
}
