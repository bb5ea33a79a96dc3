import { exactText, formatAgo, formatDuration } from './format.ts'

/** A column of {@link DataTable}; rows are identified by index. */
export interface TableColumn {
  readonly key: string
  readonly title: string
  readonly width: number
  readonly numeric: boolean
  /** Visible by default. */
  readonly shown: boolean
  /** Rows can be grouped by it. */
  readonly groups?: boolean
  /** Name of the group of a row, where it is not its text. */
  groupOf?(row: number): string
  /** Renders a link to the run, or its state. */
  readonly kind?: 'link' | 'state'
  text(row: number, now: number): string
  /** The latest value of a running trial, shown until there is a result. */
  latestText?(row: number): string | undefined
  /** Unformatted, for CSV. */
  raw(row: number): unknown
  /** Negative when row `a` comes first. Not called for missing values. */
  compare(a: number, b: number): number
  missing(row: number): boolean
}

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

/** `of` returns milliseconds. */
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

/** `of` returns an ISO timestamp, shown as relative time. */
export const agoColumn = (key: string, title: string, of: (row: number) => string): TableColumn => ({
  ...textColumn(key, title, 112, true, of),
  text: (row, now) => (now === 0 ? '' : formatAgo(of(row), now)),
})

/** Columns with more distinct values cannot be grouped by. */
export const MAX_GROUPS = 40

/** In px. */
export const numberWidth = (title: string): number => Math.max(100, Math.min(190, 34 + title.length * 8))

export interface Sort {
  readonly key: string
  readonly down: boolean
}

/** Sorts the rows in the mask. Missing values come last in both directions; ties by index. */
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

/** 0 for equal values, so that ties keep the order of the index. */
const compareEqual = (column: TableColumn, a: number, b: number): number =>
  column.raw(a) === column.raw(b) ? 0 : column.compare(a, b)

/** Query parameter `sort`: `value`, or `-value` for descending. */
export const sortText = ({ key, down }: Sort): string => `${down ? '-' : ''}${key}`
export const parseSort = (text: string | null): Sort | undefined =>
  text ? { key: text.replace(/^-/, ''), down: text.startsWith('-') } : undefined

/** The searched text of a row; made once, when there is a search at all. */
export function rowTexts(columns: readonly TableColumn[]): (row: number) => string {
  const texts = new Map<number, string>()
  return (row) => {
    const known = texts.get(row)
    if (known !== undefined) return known
    const cells = columns.flatMap((column) => [
      column.text(row, 0),
      column.numeric ? (exactText(column.raw(row)) ?? '') : '',
    ])
    const text = cells.join('\n').toLowerCase()
    texts.set(row, text)
    return text
  }
}
