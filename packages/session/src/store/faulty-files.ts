import { storageError, type FileOperation, type FileSystem, type OpenFile } from "./files.js";

/** One call that reaches the disk. */
export interface FileCall {
  /** 1, 2, 3… over every operation of the wrapper. */
  readonly number: number;
  readonly operation: FileOperation;
  readonly path: string;
}

/**
 * What happens instead of a call: it fails with a system error; a write takes only half of its bytes; the process is
 * dead from here on; or half of a write is done and the process is dead.
 */
export type FileFault =
  | { readonly kind: "fail"; readonly errno: string }
  | { readonly kind: "short" }
  | { readonly kind: "kill" }
  | { readonly kind: "tear" };

/** Decides the fault of a call, if it has one. */
export type FaultPlan = (call: FileCall) => FileFault | undefined;

/** Rejects every call after a `kill` or `tear`: the process that would have seen the answer is gone. */
export class KilledError extends Error {
  override readonly name = "KilledError";
}

/** A file system whose calls fail by order. */
export interface FaultyFiles extends FileSystem {
  /** Calls so far: a test that orders a fault at every number is done when this stays below it. */
  readonly calls: number;
}

/** The fault at call number `number` only. */
export function atCall(number: number, fault: FileFault): FaultPlan {
  return (call) => (call.number === number ? fault : undefined);
}

/** The fault at the n-th call of one operation only; `n` counts from 1. */
export function atOperation(operation: FileOperation, n: number, fault: FileFault): FaultPlan {
  let seen = 0;
  return (call) => (call.operation === operation && ++seen === n ? fault : undefined);
}

/** `files` with the faults of a plan. */
export function faulty(files: FileSystem, plan: FaultPlan): FaultyFiles {
  const gate = new Gate(plan);
  return {
    get calls() {
      return gate.calls;
    },
    async open(path, mode) {
      return gate.pass(mode === "create" ? "create" : "open", path, async () => {
        return gatedFile(await files.open(path, mode), path, gate);
      });
    },
    rename: (from, to) => gate.pass("rename", to, () => files.rename(from, to)),
    makeFolder: (path) => gate.pass("makeFolder", path, () => files.makeFolder(path)),
    list: (path) => gate.pass("list", path, () => files.list(path)),
    facts: (path) => gate.pass("facts", path, () => files.facts(path)),
    remove: (path) => gate.pass("remove", path, () => files.remove(path)),
    syncFolder: (path) => gate.pass("syncFolder", path, () => files.syncFolder(path)),
    freeBytes: (path) => gate.pass("freeBytes", path, () => files.freeBytes(path)),
    totalBytes: (path) => gate.pass("totalBytes", path, () => files.totalBytes(path)),
  };
}

function gatedFile(file: OpenFile, path: string, gate: Gate): OpenFile {
  return {
    write: (bytes, position) => gate.write(file, path, bytes, position),
    read: (into, position) => gate.pass("read", path, () => file.read(into, position)),
    truncate: (sizeBytes) => gate.pass("truncate", path, () => file.truncate(sizeBytes)),
    datasync: () => gate.pass("datasync", path, () => file.datasync()),
    sync: () => gate.pass("sync", path, () => file.sync()),
    sizeBytes: () => gate.pass("size", path, () => file.sizeBytes()),
    close: () => gate.pass("close", path, () => file.close()),
  };
}

class Gate {
  readonly #plan: FaultPlan;
  #isDead = false;
  calls = 0;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  async pass<Result>(operation: FileOperation, path: string, run: () => Promise<Result>): Promise<Result> {
    this.#meet(operation, path);
    return run();
  }

  async write(file: OpenFile, path: string, bytes: Uint8Array, position: number): Promise<number> {
    const fault = this.#meet("write", path);
    if (fault === undefined) return file.write(bytes, position);
    const taken = await file.write(bytes.subarray(0, Math.max(1, bytes.length >> 1)), position);
    if (fault.kind === "tear") throw this.#die();
    return taken;
  }

  /** Throws the fault ordered for this call; `short` and `tear` are for a write to carry out and for others to ignore. */
  #meet(operation: FileOperation, path: string): FileFault | undefined {
    if (this.#isDead) throw new KilledError();
    const fault = this.#plan({ number: ++this.calls, operation, path });
    if (fault?.kind === "kill") throw this.#die();
    if (fault?.kind !== "fail") return fault;
    throw storageError(operation, path, Object.assign(new Error(fault.errno), { code: fault.errno }));
  }

  #die(): KilledError {
    this.#isDead = true;
    return new KilledError();
  }
}
