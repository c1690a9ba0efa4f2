import {
  ANNOTATIONS_FILE,
  DATA_FOLDERS,
  finishedFile,
  folderOf,
  isLegalName,
  isTemporaryFile,
  logPart,
  METADATA_FILE,
  nameOf,
  parseDataFile,
  PROCESSING_FOLDERS,
  RECOVERED_FOLDER,
  type SessionMetadata,
} from "../../format/index.js";
import { expectedFolders } from "../tree-order.js";
import type { TreeEntry } from "../tree.js";
import { finding, type Finding } from "./finding.js";

/** Names every file and folder of a session tree that should not be there, is not named so, or is missing. */
export function checkTree(sessionId: string, tree: readonly TreeEntry[], metadata: SessionMetadata): Finding[] {
  const judge = new TreeJudge(sessionId, tree, metadata);
  return [...tree.flatMap((entry) => judge.entry(entry) ?? []), ...judge.missingFolders()];
}

const CALIBRATION = /^devices\/([^/]+)\/calibration\//;
const FREE_FOLDERS = [...PROCESSING_FOLDERS.map((name) => `processing/${name}`), RECOVERED_FOLDER];

class TreeJudge {
  readonly #sessionId: string;
  readonly #metadata: SessionMetadata;
  readonly #paths: ReadonlySet<string>;
  readonly #registered: ReadonlySet<string>;
  readonly #wanted: readonly string[];

  constructor(sessionId: string, tree: readonly TreeEntry[], metadata: SessionMetadata) {
    this.#sessionId = sessionId;
    this.#metadata = metadata;
    this.#paths = new Set(tree.map(({ path }) => path));
    this.#registered = new Set(
      Object.values(metadata.files).flatMap((files) => files.map(({ file_path }) => file_path)),
    );
    this.#wanted = expectedFolders(metadata);
  }

  missingFolders(): Finding[] {
    const missing = this.#wanted.filter((path) => !this.#paths.has(path));
    return missing.map((path) => finding("FOLDER_MISSING", path, "this folder belongs to every session of this kind"));
  }

  entry({ path, kind }: TreeEntry): Finding | undefined {
    if (kind === "other") return finding("FILE_FOREIGN", path, "it is a link or a device, and is not followed");
    if (isBelow(path, FREE_FOLDERS) || this.#isExport(path) || this.#isCalibration(path)) return undefined;
    return kind === "folder" ? this.#folder(path) : this.#file(path);
  }

  #folder(path: string): Finding | undefined {
    if (this.#wanted.includes(path) || path === RECOVERED_FOLDER || this.#isDataFolder(path)) return undefined;
    return finding("FOLDER_FOREIGN", path, "no session has such a folder");
  }

  #file(path: string): Finding | undefined {
    const name = nameOf(path);
    if (isTemporaryFile(name)) return finding("FILE_TEMPORARY", path, "it was left behind by an interrupted write");
    const isInRoot = folderOf(path) === "";
    if (
      path === METADATA_FILE ||
      path === ANNOTATIONS_FILE ||
      (isInRoot && logPart(this.#sessionId, name) !== undefined)
    )
      return undefined;
    if (this.#registered.has(path)) return undefined;
    return this.#isDataFolder(folderOf(path))
      ? this.#dataFile(path)
      : finding("FILE_FOREIGN", path, "no session has such a file");
  }

  #dataFile(path: string): Finding | undefined {
    const name = parseDataFile(path);
    if (name === undefined) return finding("FILE_MISNAMED", path, "its name does not say device, file type and start");
    if (this.#metadata.devices[name.deviceId] === undefined)
      return finding("FILE_FOREIGN", path, `${name.deviceId} is no device of this session`);
    if (finishedFile(path) !== undefined) return finding("FILE_UNFINISHED", path, "it was not finished");
    if (name.ext === "json" && this.#hasData(path)) return undefined;
    return finding("FILE_UNREGISTERED", path, "the metadata does not know it");
  }

  /** A sidecar belongs to the data file of the same name, finished or not, and still does when that is missing. */
  #hasData(sidecar: string): boolean {
    const stem = sidecar.slice(0, -"json".length);
    return [...this.#paths, ...this.#registered].some((path) => path !== sidecar && path.startsWith(stem));
  }

  #isDataFolder(path: string): boolean {
    if (path === "webcam") return true;
    const [devices, deviceId = "", folder, ...below] = path.split("/");
    if (devices !== "devices" || below.length > 0 || this.#metadata.devices[deviceId] === undefined) return false;
    return DATA_FOLDERS.some((name) => name === folder);
  }

  #isExport(path: string): boolean {
    const [exports, format = ""] = path.split("/");
    return exports === "exports" && isLegalName(format);
  }

  #isCalibration(path: string): boolean {
    const deviceId = CALIBRATION.exec(path)?.[1];
    return deviceId !== undefined && this.#metadata.devices[deviceId] !== undefined;
  }
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}
