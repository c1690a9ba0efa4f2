/** Names that Windows gives to devices, whatever the extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;
/** File types under which the hub keeps what it observed of a device's clock. */
const CLOCK_TYPES: readonly string[] = ["clock", "clock_readings"];
/** Extensions that the tree itself gives to other things: descriptions, files under way. */
const TAKEN_EXTENSIONS: readonly string[] = ["json", "part", "tmp"];
/** Columns that a table of samples has beside its channels: on the disk, and in what is made of it. */
const TABLE_COLUMNS: readonly string[] = ["t_s", "recording", "seq", "device_time_s", "arrival_time_s"];

/** Whether Windows would open a device instead of a file of this name; the letter case does not matter. */
export function isWindowsReserved(name: string): boolean {
  return WINDOWS_RESERVED.test(name);
}

/** Whether a file type is that of clock observations: no samples, and no sidecar. */
export function isClockType(fileType: string): boolean {
  return CLOCK_TYPES.includes(fileType);
}

/** Whether a device's own file may have this extension, by what the tree needs for itself. */
export function isTakenExtension(ext: string): boolean {
  return TAKEN_EXTENSIONS.includes(ext);
}

/** Whether a table of samples has such a column already; the letter case does not matter. */
export function isTableColumn(name: string): boolean {
  return TABLE_COLUMNS.includes(name.toLowerCase());
}
