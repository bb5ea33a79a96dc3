import Table from 'cli-table3'
import cliTruncate from 'cli-truncate'
import pc from 'picocolors'
import { formatValue, printable } from './values.ts'

export interface TableOptions {
  /** Truncates lines to this many columns. */
  readonly width?: number | undefined
  readonly hasColors?: boolean | undefined
}

const NO_BORDERS = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((name) => [name, '']),
)

/** A table without borders. Columns of numbers are aligned to the right. */
export const renderTable = (
  titles: readonly string[],
  rows: readonly (readonly unknown[])[],
  { width, hasColors = false }: TableOptions = {},
): string => {
  const { bold } = pc.createColors(hasColors)
  const table = new Table({
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: titles.map((_, at) => (isNumeric(rows, at) ? 'right' : 'left')),
  })
  table.push(titles.map((title) => bold(printable(title))))
  for (const row of rows) table.push(titles.map((_, at) => formatCell(row[at])))
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
  return lines.map((line) => (width === undefined ? line : cliTruncate(line, width))).join('\n')
}

const isNumeric = (rows: readonly (readonly unknown[])[], at: number): boolean =>
  rows.some((row) => typeof row[at] === 'number') &&
  rows.every((row) => row[at] == null || typeof row[at] === 'number')

const formatCell = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return formatValue(value)
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}
