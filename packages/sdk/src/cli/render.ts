/** Text for people, as pure functions: the same input gives the same lines, on a terminal or in a log. */

export interface Progress {
  /** Trials that ended, in whatever way. */
  readonly done: number
  /** How many there will be; null when only a person ends the sweep. */
  readonly total: number | null
  readonly running: number
  readonly failed?: number
  readonly stopped?: number
  /** The best value so far, and which trial has it. */
  readonly best?: { readonly number: number; readonly value: number } | null | undefined
  /** Name of the metric, for the best value. */
  readonly metric?: string | undefined
  readonly state?: string | undefined
}

const FULL = '█'
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const SMALLEST_BAR = 10

/** One line of at most `width` columns: bar (when there is a total and room), counts, best so far. */
export const renderProgress = (progress: Progress, width = 80): string => {
  const { done, total, running, best, metric = 'value' } = progress
  const facts = [total === null ? `${done} done` : `${done}/${total}`]
  if (running > 0) facts.push(`${running} running`)
  if (progress.stopped) facts.push(`${progress.stopped} stopped early`)
  if (progress.failed) facts.push(`${progress.failed} failed`)
  if (best) facts.push(`best ${metric} ${formatValue(best.value)} (#${best.number})`)
  if (progress.state && progress.state !== 'running') facts.push(progress.state)
  const text = facts.join(' · ')
  const room = Math.min(40, width - text.length - 1)
  const line =
    total === null || total <= 0 || room < SMALLEST_BAR ? text : `${bar(done / total, room)} ${text}`
  return fit(line, width)
}

/** `width` columns, filled to the eighth of a column. */
const bar = (share: number, width: number): string => {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  const filled = FULL.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? '')
  return filled + '░'.repeat(width - filled.length)
}

/** A trial as the API gives it, or anything that has its fields. */
export interface TrialRow {
  readonly number: number
  readonly state: string
  readonly params: Readonly<Record<string, unknown>>
  readonly value?: number | undefined
  readonly reason?: string | undefined
  readonly run?: string
  readonly agent?: string | undefined
  readonly attempt?: number
  readonly rung?: number | undefined
}

/** Turns a trial into a cell. */
export interface Column {
  readonly title: string
  readonly cell: (row: TrialRow) => unknown
}

/** Number, a column per parameter, the value under the metric's name, state, reason. */
export const trialColumns = (rows: readonly TrialRow[], metric = 'value'): readonly Column[] => {
  const names = new Set<string>()
  for (const row of rows) for (const name of Object.keys(flattenParams(row.params))) names.add(name)
  return [
    { title: '#', cell: (row) => row.number },
    ...[...names].map((name): Column => ({ title: name, cell: (row) => flattenParams(row.params)[name] })),
    { title: metric, cell: (row) => row.value },
    { title: 'state', cell: (row) => row.state },
    ...(rows.some(({ reason }) => reason) ? [{ title: 'reason', cell: (row: TrialRow) => row.reason }] : []),
  ]
}

/** A table with a line per trial; numbers to the right. Lines are cut at `width` when it is given. */
export const renderTrials = (
  rows: readonly TrialRow[],
  columns: readonly Column[] = trialColumns(rows),
  width = Number.POSITIVE_INFINITY,
): string =>
  renderTable(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
    width,
  )

export const renderTable = (
  titles: readonly string[],
  rows: readonly (readonly unknown[])[],
  width = Number.POSITIVE_INFINITY,
): string => {
  const cells = rows.map((row) => row.map(formatCell))
  const isNumeric = titles.map(
    (_, at) =>
      rows.some((row) => isNumber(row[at])) && rows.every((row) => row[at] == null || isNumber(row[at])),
  )
  const widths = titles.map((title, at) =>
    Math.max(columnsOf(title), ...cells.map((row) => columnsOf(row[at] ?? ''))),
  )
  const line = (texts: readonly string[]) =>
    fit(
      texts
        .map((text, at) => {
          const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - columnsOf(text)))
          return isNumeric[at] ? gap + text : text + gap
        })
        .join('  ')
        .trimEnd(),
      width,
    )
  const rule = fit(widths.map((columns) => '─'.repeat(columns)).join('  '), width)
  return [line(titles), rule, ...cells.map(line)].join('\n')
}

/** Up to six significant digits; words for what is no number. */
export const formatValue = (value: number): string => {
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return String(value)
  return String(Number(value.toPrecision(6)))
}

/** `{a: {b: 1}}` as `{'a.b': 1}`: nested parameters under one name each. Empty objects and lists are values. */
export const flattenParams = (
  params: Readonly<Record<string, unknown>>,
  prefix = '',
): Record<string, unknown> => {
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params)) {
    if (isNested(value)) Object.assign(flat, flattenParams(value, `${prefix}${name}.`))
    else flat[prefix + name] = value
  }
  return flat
}

const isNested = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).length > 0

const isNumber = (value: unknown): boolean => typeof value === 'number'

const formatCell = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return formatValue(value)
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Text from a server or a child must not move the cursor or colour the terminal. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')

/** Columns on a terminal: a code point is one, good enough for names. */
const columnsOf = (text: string): number => [...text].length

const fit = (line: string, width: number): string => {
  if (columnsOf(line) <= width) return line
  return `${[...line].slice(0, Math.max(0, width - 1)).join('')}…`
}
