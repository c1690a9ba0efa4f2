import {
  finishedFile,
  isAwaited,
  joinPath,
  parseDataFile,
  parseSidecar,
  sidecarFile,
  type CsvTail,
  type FileEntry,
  type SessionMetadata,
} from "../../format/index.js";
import { isClockType } from "../../model/index.js";
import { readWhole, type FileSystem } from "../files.js";
import { measureFile } from "../measure-file.js";
import { sha256 } from "../sha256.js";
import { finding, type Finding } from "./finding.js";

/** Reads every file that the metadata registers and compares size, hash, lines and sidecar. */
export async function checkFiles(files: FileSystem, folder: string, metadata: SessionMetadata): Promise<Finding[]> {
  const findings: Finding[] = [];
  const isOver = metadata.status === "completed";
  for (const entry of Object.values(metadata.files).flat()) {
    if (isAwaited(entry)) findings.push(awaitedFinding(entry, isOver));
    else findings.push(...(await checkRecorded(files, folder, entry)), ...(await checkSidecar(files, folder, entry)));
  }
  const outputs = Object.values(metadata.post_processing).flatMap(({ items }) => items.flatMap((item) => item.outputs));
  for (const { path, sha256 } of outputs) findings.push(...(await checkDerived(files, folder, path, sha256)));
  return findings;
}

/** Whether a path from the metadata stays inside the session. */
export function staysInside(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !/(^|\/)\.\.?(\/|$)|[\\\0:]/.test(path);
}

/** What came of it so far is nobody's promise. */
function awaitedFinding({ file_path, file_size }: FileEntry, isOver: boolean): Finding {
  const path = finishedFile(file_path) ?? file_path;
  return isOver
    ? finding("FILE_NOT_RECEIVED", path, "its device announced it and has not sent it")
    : finding("FILE_AWAITED", path, `its device has announced ${file_size} bytes`);
}

async function checkRecorded(files: FileSystem, folder: string, entry: FileEntry): Promise<Finding[]> {
  const path = entry.file_path;
  if (!staysInside(path)) return [finding("PATH_ILLEGAL", path, "it leads out of the session")];
  const facts = await files.facts(joinPath(folder, path));
  if (facts?.kind !== "file")
    return [finding("FILE_MISSING", path, "the metadata names it, the disk does not have it")];
  const found = await measureFile(files, joinPath(folder, path));
  const { sizeBytes, csv } = found;
  if (sizeBytes !== entry.file_size)
    return [finding("FILE_ALTERED", path, `${sizeBytes} bytes instead of ${entry.file_size}`)];
  if (entry.sha256 !== null && found.sha256 !== entry.sha256)
    return [finding("FILE_ALTERED", path, `SHA-256 ${found.sha256} instead of ${entry.sha256}`)];
  return csv === undefined ? [] : csvFindings(path, csv.tail, entry.samples ?? entry.frames);
}

function csvFindings(path: string, tail: CsvTail, counted: number | undefined): Finding[] {
  const findings: Finding[] = [];
  if (tail.tornBytes > 0)
    findings.push(finding("FILE_TORN", path, `its last ${tail.tornBytes} bytes are no whole line`));
  if (tail.badLines > 0)
    findings.push(finding("FILE_LINES_BROKEN", path, `${tail.badLines} lines, the first is line ${tail.firstBadLine}`));
  if (counted !== undefined && counted !== tail.rows) {
    findings.push(finding("FILE_COUNT_WRONG", path, `${tail.rows} samples instead of ${counted}`));
  }
  return findings;
}

/** Every file of samples has a sidecar of the same name; of other files the metadata say whether they have one. */
async function checkSidecar(files: FileSystem, folder: string, entry: FileEntry): Promise<Finding[]> {
  const name = parseDataFile(entry.file_path);
  const isSamples = name?.ext === "csv" && !isClockType(name.fileType) && !name.frames;
  if (!isSamples && entry.sidecar_sha256 === undefined) return [];
  const sidecar = sidecarFile(finishedFile(entry.file_path) ?? entry.file_path);
  if ((await files.facts(joinPath(folder, sidecar))) === undefined) {
    return [finding("SIDECAR_MISSING", sidecar, `nothing describes ${entry.file_path}`)];
  }
  const bytes = await readWhole(files, joinPath(folder, sidecar));
  const parsed = parseSidecar(new TextDecoder().decode(bytes));
  if (parsed.kind === "broken") return [finding("SIDECAR_BROKEN", sidecar, parsed.reason)];
  const recorded = entry.sidecar_sha256;
  return recorded !== undefined && recorded !== sha256(bytes)
    ? [finding("SIDECAR_ALTERED", sidecar, "it has another SHA-256")]
    : [];
}

async function checkDerived(files: FileSystem, folder: string, path: string, recorded: string): Promise<Finding[]> {
  if (!staysInside(path)) return [finding("PATH_ILLEGAL", path, "it leads out of the session")];
  if ((await files.facts(joinPath(folder, path)))?.kind !== "file")
    return [finding("DERIVED_MISSING", path, "a processing step made it")];
  const found = await measureFile(files, joinPath(folder, path));
  return found.sha256 === recorded
    ? []
    : [finding("DERIVED_ALTERED", path, `SHA-256 ${found.sha256} instead of ${recorded}`)];
}
