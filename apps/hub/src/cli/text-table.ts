/** Rows as lines with aligned columns; the first row is the head. Numbers that were formatted as such stand right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => [...(row[at] ?? "")].length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) => padded(cell, widths[at]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function padded(cell: string, width: number): string {
  const space = " ".repeat(width - [...cell].length);
  return /^\d[\d.:]*( [A-Za-z]{1,2})?$/.test(cell) ? space + cell : cell + space;
}

/** Seconds as `h:mm:ss`; a dash where there are none yet. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "-";
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return `${Math.floor(whole / 3600)}:${minutes}:${rest}`;
}

/** Bytes with a unit of 1000s, as disks are sold. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${["B", "kB", "MB", "GB", "TB"][power]!}`;
}

/** What a person or a device wrote, on one line of a terminal: control characters would steer it. */
export function plainText(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
