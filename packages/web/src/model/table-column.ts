import { formatAgo, formatDuration } from './format.ts'

/** A column of a table whose rows are known by their number. */
export interface TableColumn {
  readonly key: string
  readonly title: string
  readonly width: number
  readonly numeric: boolean
  /** Shown unless the reader hides it. */
  readonly shown: boolean
  /** Rows can be grouped by it. */
  readonly groups?: boolean
  /** Leads to the run, or is its state. */
  readonly kind?: 'link' | 'state'
  text(row: number, now: number): string
  /** In the place of a text that is not there yet. */
  latestText?(row: number): string | undefined
  /** Exact, for a file. */
  raw(row: number): unknown
  /** Negative when row `a` comes first; what has no value is always last. */
  compare(a: number, b: number): number
  missing(row: number): boolean
}

/** A column of texts; what is absent is missing. */
export const textColumn = (
  key: string,
  title: string,
  width: number,
  shown: boolean,
  of: (row: number) => string | undefined,
): TableColumn => ({
  key,
  title,
  width,
  numeric: false,
  shown,
  text: (row) => of(row) ?? '',
  raw: of,
  compare: (a, b) => ((of(a) ?? '') < (of(b) ?? '') ? -1 : 1),
  missing: (row) => (of(row) ?? '') === '',
})

/** A column of durations, by their milliseconds. */
export const durationColumn = (
  key: string,
  title: string,
  of: (row: number) => number | undefined,
): TableColumn => ({
  ...textColumn(key, title, 100, false, (row) => of(row)?.toString()),
  numeric: true,
  text: (row) => {
    const ms = of(row)
    return ms === undefined ? '' : formatDuration(ms)
  },
  compare: (a, b) => (of(a) ?? 0) - (of(b) ?? 0),
})

/** A column of times, which reads as how long ago they were. */
export const agoColumn = (key: string, title: string, of: (row: number) => string): TableColumn => ({
  ...textColumn(key, title, 112, true, of),
  text: (row, now) => (now === 0 ? '' : formatAgo(of(row), now)),
})

/** More kinds than that make no groups. */
export const MAX_GROUPS = 40

/** How wide a column of numbers is under its title. */
export const numberWidth = (title: string): number => Math.max(100, Math.min(190, 34 + title.length * 8))

export interface Sort {
  readonly key: string
  readonly down: boolean
}

/** Rows that pass, in order. Rows without a value come last either way; equal ones by number. */
export function sortedRows(mask: Uint8Array, column: TableColumn | undefined, down: boolean): number[] {
  const rows: number[] = []
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows.push(row)
  if (!column) return rows
  return rows.sort((a, b) => {
    const [noA, noB] = [column.missing(a), column.missing(b)]
    if (noA || noB) return Number(noA) - Number(noB) || a - b
    const order = compareEqual(column, a, b)
    return (down ? -order : order) || a - b
  })
}

/** Zero for rows that look the same, so that a sort of them keeps their order. */
const compareEqual = (column: TableColumn, a: number, b: number): number =>
  column.raw(a) === column.raw(b) ? 0 : column.compare(a, b)

/** For the address: `-value`, or empty for the order as it is by itself. */
export const sortText = ({ key, down }: Sort): string => `${down ? '-' : ''}${key}`
export const parseSort = (text: string | null): Sort | undefined =>
  text ? { key: text.replace(/^-/, ''), down: text.startsWith('-') } : undefined
