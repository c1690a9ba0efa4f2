import { PHONE_LIMITS, UPLOAD_PATH } from "@polychron/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../errors.js";
import { UploadBody, type BodyEnd } from "./upload-body.js";
import type { UploadDoor } from "./upload-port.js";
import { UploadStore } from "./upload-store.js";
import { askTus, TusRefusal } from "./upload-tus.js";

const TUS_VERSION = "1.0.0";
const BODY_TYPE = "application/offset+octet-stream";
const BODY_MAX_BYTES = PHONE_LIMITS.max_upload_patch_bytes;
/** A sender that says nothing for so long has gone; its file must be free for its next connection. */
const SILENT_FOR_MS = 30_000;

/** Files of phones, by tus 1.0 (core, creation) onto the session store: a device's token, one file a request. */
export function addUploads(app: FastifyInstance, door: UploadDoor): void {
  void app.register((scope, _options, done) => {
    // Left unread, whatever it says to be: the store takes it from the connection at the disk's speed.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, next) => next(null));
    const answer = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      answerUpload(request, reply, door);
    scope.post(UPLOAD_PATH, answer);
    scope.options(UPLOAD_PATH, answer);
    // A wildcard, for a parameter may not be as long as an upload's name.
    scope.head(`${UPLOAD_PATH}/*`, answer);
    scope.patch(`${UPLOAD_PATH}/*`, answer);
    done();
  });
}

async function answerUpload(request: FastifyRequest, reply: FastifyReply, door: UploadDoor): Promise<FastifyReply> {
  void reply.headers({ "tus-resumable": TUS_VERSION, "tus-version": TUS_VERSION });
  const limits = { timers: door.timers, maxBytes: BODY_MAX_BYTES, silentForMs: SILENT_FOR_MS };
  const body = new UploadBody(request.raw, limits);
  try {
    const store = new UploadStore({ device: requireDevice(request, door), port: door, body });
    return sendAnswer(reply, await take(request, reply, { body, store }));
  } catch (refusal) {
    await body.discard();
    // The rest of a body that stalled would be waited for.
    if (body.end === "stalled") void reply.header("connection", "close");
    throw refusal;
  }
}

/** Every answer names the offset, a refusal too: who was wrong about it need not ask. */
async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, store }: { readonly body: UploadBody; readonly store: UploadStore },
): Promise<Response> {
  try {
    await store.lookUp(request);
    requireBody(request);
    const answer = await askTus(request, store);
    requireGoodEnd(body.end);
    return answer;
  } finally {
    if (store.progress !== undefined) void reply.header("upload-offset", store.progress.offset);
  }
}

/** Throws `UPLOAD_BODY_TOO_LONG`, and 415 for data of another type. */
function requireBody({ method, headers }: FastifyRequest): void {
  if (Number(headers["content-length"] ?? 0) > BODY_MAX_BYTES) throw bodyTooLong();
  if (method === "PATCH" && headers["content-type"] !== BODY_TYPE)
    throw new TusRefusal(415, `the Content-Type of a PATCH is ${BODY_TYPE}`);
}

/** The device behind the token. Throws `ROLE_NOT_ALLOWED`, `PHONE_HELLO_FIRST`. */
function requireDevice({ grant, url }: FastifyRequest, door: UploadDoor): string {
  if (grant?.role !== "device") throw new ServiceError("ROLE_NOT_ALLOWED", { role: grant?.role ?? "", path: url });
  const device = door.deviceOf(grant);
  if (device === undefined) throw new ServiceError("PHONE_HELLO_FIRST", { message: "an upload" });
  return device;
}

/** What came is on the disk in any case; the sender is told why no more was taken. */
function requireGoodEnd(end: BodyEnd): void {
  if (end === "too_long") throw bodyTooLong();
  if (end === "stalled") throw new ServiceError("UPLOAD_STALLED", { silentForMs: SILENT_FOR_MS });
}

function bodyTooLong(): ServiceError {
  return new ServiceError("UPLOAD_BODY_TOO_LONG", { maximumBytes: BODY_MAX_BYTES });
}

/** No word for other sites' pages: only the hub's own page and programs speak here. */
function sendAnswer(reply: FastifyReply, answer: Response): FastifyReply {
  for (const [name, value] of answer.headers)
    if (!/^(access-control-|content-)/.test(name)) void reply.header(name, value);
  return reply.code(answer.status).send();
}
