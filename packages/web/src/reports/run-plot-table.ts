import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Json } from '@chimney/core/schema/json'
import type { TableColumn } from '../model/table-column.ts'
import {
  type Column,
  canBeLog,
  type Goal,
  type TrialTable,
  toggleLogScales,
  trialTable,
} from '../model/trial-table.ts'
import type { RunSet } from './use-run-set.ts'

interface PlotColumns {
  /** Titles of the columns that are drawn, apart from `value`. */
  readonly names: readonly string[]
  /** Title of the column with the values that rank the runs. */
  readonly value: string
  readonly goal?: Goal | undefined
  readonly log?: readonly string[]
  /** Its search space has the log scales, and its metric the goal. */
  readonly sweep?: Pick<SweepBody, 'config' | 'metric'> | undefined
}

/** Runs, oldest first, in the form that the charts of a sweep draw. Throws an error that says what to write. */
export function runPlotTable(
  { runs, columns, rows }: RunSet,
  { names, value, goal, log = [], sweep }: PlotColumns,
): { table: TrialTable; columnOf: (name: string) => Column } {
  const named = (name: string): TableColumn => {
    const found = columns.find(({ key, title }) => title === name || key === name)
    if (!found) throw new Error(`No run has a column ${name}.`)
    return found
  }
  const valueColumn = named(value)
  if (!valueColumn.numeric) throw new Error(`${value} has no numbers; its axis needs them.`)
  const drawn = names.filter((name) => name !== value).map((name) => [name, named(name)] as const)
  const oldestFirst = [...rows].sort((a, b) => (runs[a]!.created_at < runs[b]!.created_at ? -1 : 1))
  const trials = oldestFirst.map((row, i): TrialBody => {
    const { id, number, state, agent, reason, created_at, started_at, ended_at } = runs[row]!
    const at = Number(valueColumn.raw(row) ?? Number.NaN)
    return {
      number: (sweep && number) ?? i + 1,
      run: id,
      params: Object.fromEntries(drawn.map(([name, column]) => [name, column.raw(row) as Json])),
      state,
      attempt: 1,
      ...(Number.isFinite(at) && { value: at }),
      ...(agent !== null && { agent }),
      ...(reason !== null && { reason }),
      created_at,
      ...(started_at !== null && { started_at }),
      updated_at: ended_at ?? created_at,
    } as TrialBody
  })
  const space = Object.entries((sweep?.config.parameters ?? {}) as Record<string, unknown>)
  const table = trialTable(
    {
      config: { parameters: Object.fromEntries(space.filter(([name]) => names.includes(name))) as Json },
      metric: { name: value, goal: goal ?? sweep?.metric?.goal ?? 'minimize' },
    },
    trials,
  )
  const find = (from: TrialTable, name: string): Column =>
    name === value ? from.value : from.params.find((column) => column.name === name)!
  const turned = log.map((name) => {
    const column = name === value || names.includes(name) ? find(table, name) : undefined
    if (!column || !canBeLog(column))
      throw new Error(`${name} has no log scale here: it needs numbers above 0.`)
    return column
  })
  const scaled = toggleLogScales(table, new Set(turned.filter((column) => !column.log).map(({ key }) => key)))
  return { table: scaled, columnOf: (name) => find(scaled, name) }
}
