import type { TrialBody } from '@chimney/core/schema/api'
import { formatAgo } from '../model/format.ts'
import { type Column, cellText, type TrialTable } from '../model/trial-table.ts'

/** A column of the table of trials. */
export interface TableColumn {
  readonly key: string
  readonly title: string
  readonly width: number
  readonly numeric: boolean
  /** Shown unless the reader hides it. */
  readonly shown: boolean
  text(row: number, now: number): string
  /** Exact, for a file. */
  raw(row: number): unknown
  /** Negative when row `a` comes first; what has no value is always last. */
  compare(a: number, b: number): number
  missing(row: number): boolean
}

export function tableColumns(table: TrialTable): TableColumn[] {
  const { trials } = table
  const texts = (
    key: string,
    title: string,
    width: number,
    shown: boolean,
    of: (trial: TrialBody) => string | undefined,
  ): TableColumn => ({
    key,
    title,
    width,
    numeric: false,
    shown,
    text: (row) => of(trials[row]!) ?? '',
    raw: (row) => of(trials[row]!),
    compare: (a, b) => ((of(trials[a]!) ?? '') < (of(trials[b]!) ?? '') ? -1 : 1),
    missing: (row) => (of(trials[row]!) ?? '') === '',
  })
  const numbers = (column: Column, width: number): TableColumn => ({
    key: column.key,
    title: column.name,
    width,
    numeric: column.kind === 'number',
    shown: true,
    text: (row) => cellText(column, column.values[row]!),
    raw: (row) => {
      const value = column.values[row]!
      return Number.isNaN(value) ? undefined : column.kind === 'category' ? column.labels[value] : value
    },
    compare: (a, b) => column.values[a]! - column.values[b]!,
    missing: (row) => Number.isNaN(column.values[row]!),
  })
  const width = (name: string) => Math.max(84, Math.min(190, 34 + name.length * 8))
  return [
    numbers(table.number, 66),
    texts('state', 'state', 128, true, ({ state }) => state),
    numbers(table.value, width(table.value.name)),
    ...table.params.map((column) => numbers(column, width(column.name))),
    texts(
      'arm',
      'suggested by',
      120,
      trials.some(({ suggested_by }) => suggested_by),
      ({ suggested_by }) => suggested_by?.arm,
    ),
    texts('why', 'why', 260, false, ({ suggested_by }) => suggested_by?.why),
    texts('reason', 'reason of the end', 280, false, ({ reason }) => reason),
    texts('agent', 'agent', 150, false, ({ agent }) => agent),
    { ...texts('attempt', 'attempt', 80, false, ({ attempt }) => String(attempt)), numeric: true },
    {
      ...texts('updated', 'updated', 112, true, ({ updated_at }) => updated_at),
      text: (row, now) => formatAgo(trials[row]!.updated_at, now),
    },
  ]
}

export interface Sort {
  readonly key: string
  readonly down: boolean
}

/** Rows that pass, in order. Rows without a value come last either way; equal ones by number. */
export function sortedRows(
  table: TrialTable,
  mask: Uint8Array,
  column: TableColumn | undefined,
  down: boolean,
): number[] {
  const rows: number[] = []
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows.push(row)
  if (!column) return rows
  const number = table.number.values
  return rows.sort((a, b) => {
    const [noA, noB] = [column.missing(a), column.missing(b)]
    if (noA || noB) return Number(noA) - Number(noB) || number[a]! - number[b]!
    const order = compareEqual(column, a, b)
    return (down ? -order : order) || number[a]! - number[b]!
  })
}

/** Zero for rows that look the same, so that a sort of them keeps their order. */
const compareEqual = (column: TableColumn, a: number, b: number): number =>
  column.raw(a) === column.raw(b) ? 0 : column.compare(a, b)

/** For the address: `-value`, or empty for the order as it is by itself. */
export const sortText = ({ key, down }: Sort): string => `${down ? '-' : ''}${key}`
export const parseSort = (text: string | null): Sort | undefined =>
  text ? { key: text.replace(/^-/, ''), down: text.startsWith('-') } : undefined
