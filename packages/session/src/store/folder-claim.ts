import { readFile, readlink, rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { nextRandomName } from "./random-name.js";

/** How long a holder may take to answer before it counts as silent (it may be stopped), milliseconds. */
const ANSWER_WITHIN_MS = 500;

/** An operating-system name that stands for one folder; gone the moment its process is gone. */
export interface FolderClaim {
  release(): Promise<void>;
}

/** Claimed, or held by somebody: what the holder said of itself (undefined when it did not answer). */
export type ClaimResult =
  | { readonly kind: "claimed"; readonly claim: FolderClaim }
  | { readonly kind: "held"; readonly answer: string | undefined };

/**
 * Claims a folder among the processes that share this machine's names: Linux, an abstract socket; Windows, a named pipe;
 * elsewhere a socket file, which outlives its process and is therefore probed by connecting.
 * Whoever asks while it is held is told `introduction`.
 */
export async function claimFolder(folder: string, introduction: string): Promise<ClaimResult> {
  const name = await claimName(folder);
  const server = await listen(name, introduction);
  if (server !== undefined) return { kind: "claimed", claim: claimOf(server) };
  const reply = await ask(name);
  if (reply.kind === "nobody") {
    if (isSocketFile(name)) await rm(name, { force: true });
    const second = await listen(name, introduction);
    if (second !== undefined) return { kind: "claimed", claim: claimOf(second) };
  }
  return { kind: "held", answer: reply.kind === "answer" ? reply.text : undefined };
}

/**
 * Names the set of processes among which a claim is exclusive beyond doubt: on Linux this boot of this machine and this
 * network namespace. Where a socket file must be probed and removed, two that start together may both believe it dead:
 * no two claims share a set there.
 */
export async function claimScope(): Promise<string> {
  if (process.platform === "win32") return `windows/${hostname()}`;
  if (process.platform !== "linux") return `alone/${nextRandomName()}`;
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  return `${boot.trim()}/${await readlink("/proc/self/ns/net")}`;
}

async function claimName(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const name = `polychron-${dev.toString(36)}-${ino.toString(36)}`;
  if (process.platform === "linux") return `\0${name}`;
  // Not the user's own temporary folder: two users of one machine must meet at the same name.
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : `/tmp/${name}.sock`;
}

function isSocketFile(name: string): boolean {
  return name.startsWith("/");
}

/** The listening server; undefined when the name is taken. */
function listen(name: string, introduction: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      // Whoever asked may hang up before it has read the answer; that is its own affair.
      socket.on("error", () => socket.destroy());
      socket.end(introduction);
    });
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen({ path: name }, () => resolve(server));
    server.unref();
  });
}

function claimOf(server: Server): FolderClaim {
  return {
    release: () =>
      new Promise((resolve, reject) => server.close((error) => (error === undefined ? resolve() : reject(error)))),
  };
}

type Reply =
  { readonly kind: "answer"; readonly text: string } | { readonly kind: "silent" } | { readonly kind: "nobody" };

/** Asks whoever listens at a name for its introduction. */
function ask(name: string): Promise<Reply> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ path: name });
    const done = (reply: Reply): void => {
      socket.destroy();
      resolve(reply);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => done({ kind: "silent" }));
    socket.on("data", (chunk) => (text += chunk.toString("utf8")));
    socket.on("end", () => done({ kind: "answer", text }));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      done({ kind: error.code === "ECONNREFUSED" ? "nobody" : "silent" }),
    );
  });
}
