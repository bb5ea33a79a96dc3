import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Float } from '@chimney/core/schema/json'
import { parse } from 'csv-parse'
import { UsageError } from '../shell.ts'
import { inferParameters } from './infer-parameters.ts'
import type { ImportedSweep, ImportedTrial } from './records.ts'

export interface CsvOptions {
  readonly metric: string
  readonly goal: 'minimize' | 'maximize'
  /** Columns that are kept in the config of the run and are no parameters. */
  readonly ignored: readonly string[]
}

type Row = Readonly<Record<string, string>>

/** As `study.trials_dataframe()` of Optuna and `chimney export` name the columns of parameters. */
const PREFIXES = ['params_', 'params.']
/** Words of both for the state of a trial. */
const STATES: Readonly<Record<string, NonNullable<ImportedTrial['state']>>> = {
  complete: 'finished',
  finished: 'finished',
  pruned: 'stopped',
  stopped: 'stopped',
  fail: 'failed',
  failed: 'failed',
  killed: 'killed',
  crashed: 'crashed',
}

/** A table with a header, RFC 4180: a row per trial, a column per parameter, one with the metric. Throws `UsageError` with the line. */
export async function csvTrials(file: string, { metric, goal, ignored }: CsvOptions): Promise<ImportedSweep> {
  const rows: Row[] = []
  try {
    const parser = createReadStream(file).pipe(parse({ columns: true, bom: true, skip_empty_lines: true }))
    for await (const row of parser) rows.push(row)
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  }
  const columns = Object.keys(rows[0] ?? {})
  const parameters = parameterColumns(columns, [metric, 'state', ...ignored])
  if (!columns.includes(metric))
    throw new UsageError(`${file} has no column ${metric}; it has: ${columns.join(', ') || 'no row'}`)
  if (parameters.size === 0) throw new UsageError(`${file} has no column of a parameter`)
  const skipped: Record<string, number> = {}
  const trials: ImportedTrial[] = []
  for (const [at, row] of rows.entries()) {
    const state = stateOf(row, metric)
    if (state) trials.push(trialOf(row, parameters, { metric, state, line: at + 2, file }))
    else skipped[row.state!.toLowerCase()] = (skipped[row.state!.toLowerCase()] ?? 0) + 1
  }
  const config = {
    name: basename(file),
    metric: { name: metric, goal },
    parameters: inferParameters(trials.map(({ params }) => params)),
  }
  return { config, trials, skipped, warnings: [] }
}

/** Names by column. */
function parameterColumns(
  columns: readonly string[],
  others: readonly string[],
): ReadonlyMap<string, string> {
  const prefix = PREFIXES.find((one) => columns.some((column) => column.startsWith(one)))
  const named = prefix === undefined ? columns : columns.filter((column) => column.startsWith(prefix))
  return new Map(
    named
      .map((column) => [column, column.slice(prefix?.length ?? 0)] as const)
      .filter(([column, name]) => !others.includes(column) && !others.includes(name)),
  )
}

/** Undefined for a trial that has not ended. */
const stateOf = (row: Row, metric: string): ImportedTrial['state'] =>
  row.state === undefined ? (row[metric] === '' ? 'failed' : 'finished') : STATES[row.state.toLowerCase()]

function trialOf(
  row: Row,
  parameters: ReadonlyMap<string, string>,
  {
    metric,
    state,
    line,
    file,
  }: { metric: string; state: ImportedTrial['state']; line: number; file: string },
): ImportedTrial {
  const params: Record<string, unknown> = {}
  const config: Record<string, unknown> = {}
  for (const [column, text] of Object.entries(row)) {
    const name = parameters.get(column)
    if (name === undefined) {
      if (column !== metric && column !== 'state' && text !== '') config[column] = cellValue(text)
    } else if (text === '')
      throw new UsageError(
        `${file}, row ${line}: ${column} is empty; fill it in, or leave the column out with --ignore ${column}`,
      )
    else params[name] = cellValue(text)
  }
  const value = row[metric]!
  const number = value === '' ? undefined : cellValue(value)
  if (number !== undefined && typeof number !== 'number' && !(number instanceof Float))
    throw new UsageError(`${file}, row ${line}: ${metric} is ${value}, which is no number`)
  return {
    params: params as ImportedTrial['params'],
    state,
    ...(number !== undefined && { summary: { [metric]: number } }),
    ...(Object.keys(config).length > 0 && { config: config as NonNullable<ImportedTrial['config']> }),
    source: `row ${line} of ${basename(file)}`.slice(0, 200),
  }
}

/** Numbers and booleans as Python and JavaScript write them; a whole number with a point is a float. */
function cellValue(text: string): number | Float | boolean | string {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  if (/^(nan|[+-]?inf(inity)?)$/i.test(text))
    return new Float(/nan/i.test(text) ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity)
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? new Float(Number(text)) : text
}
