/**
 * A cell of CSV (RFC 4180). Texts that a spreadsheet would run as a formula get an apostrophe in front (OWASP, "CSV injection");
 * numbers keep their sign.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = cellText(value);
  const formula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = formula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function cellText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
