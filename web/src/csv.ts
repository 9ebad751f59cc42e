// CSV for spreadsheets, as corredor itself publishes it.

import type { Value } from "./data/types";

/** RFC 4180, CR LF; a text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csv(header: string[], rows: Value[][]): string {
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function cell(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
