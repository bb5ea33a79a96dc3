import { Float } from '@chimney/core/schema/json'

/**
 * A table as RFC 4180 has it: lines end with CRLF, a cell with a comma, quote or line break is quoted. A *text* that a
 * spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, tab or carriage return) gets an apostrophe in
 * front, since parameters and reasons may come from strangers; numbers, negative ones too, stay as they are.
 * `raw` leaves such texts alone, for programs.
 */
export const csvOf = (rows: readonly (readonly unknown[])[], raw = false): string =>
  rows.map((row) => `${row.map((value) => cell(value, raw)).join(',')}\r\n`).join('')

const cell = (value: unknown, raw: boolean): string => {
  if (value === undefined || value === null) return ''
  const isText = typeof value === 'string'
  const text =
    value instanceof Float
      ? String(value.value)
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  const safe = isText && !raw && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
