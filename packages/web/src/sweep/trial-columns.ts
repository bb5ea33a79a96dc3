import type { TrialBody } from '@chimney/core/schema/api/trials'
import { endTimeOf } from '../model/end-time.ts'
import { formatNumber } from '../model/format.ts'
import {
  agoColumn,
  durationColumn,
  MAX_GROUPS,
  numberWidth,
  type TableColumn,
  textColumn,
} from '../model/table-column.ts'
import { type Column, cellText, type TrialTable } from '../model/trial-table.ts'

/** Columns of the trials table. `latest`: latest values of running trials, by run. */
export function tableColumns(table: TrialTable, latest: ReadonlyMap<string, number>): TableColumn[] {
  const { trials } = table
  const texts = (
    key: string,
    title: string,
    width: number,
    shown: boolean,
    of: (trial: TrialBody) => string | undefined,
  ) => textColumn(key, title, width, shown, (row) => of(trials[row]!))
  const numbers = (column: Column, width: number): TableColumn => ({
    key: column.key,
    title: column.name,
    width,
    numeric: column.kind === 'number',
    shown: true,
    ...(column.key.startsWith('param:') && hasGroups(column) && { groups: true }),
    text: (row) => cellText(column, column.values[row]!),
    raw: (row) => {
      const value = column.values[row]!
      return Number.isNaN(value) ? undefined : column.kind === 'category' ? column.labels[value] : value
    },
    compare: (a, b) => column.values[a]! - column.values[b]!,
    missing: (row) => Number.isNaN(column.values[row]!),
  })
  const durationOf = (trial: TrialBody) =>
    trial.state === 'queued' || trial.state === 'running'
      ? undefined
      : endTimeOf(trial) - Date.parse(trial.started_at ?? trial.created_at)
  return [
    { ...numbers(table.number, 74), kind: 'link' },
    texts('run', 'run', 140, false, ({ run }) => run),
    { ...texts('state', 'state', 128, true, ({ state }) => state), kind: 'state', groups: true },
    {
      ...numbers(table.value, Math.max(130, numberWidth(table.value.name))),
      latestText: (row) => {
        const value = latest.get(trials[row]!.run)
        return value === undefined || trials[row]!.state !== 'running' ? undefined : formatNumber(value)
      },
    },
    ...table.others.map(({ column }) => numbers(column, Math.max(110, numberWidth(column.name)))),
    ...table.params.map((column) => numbers(column, numberWidth(column.name))),
    {
      ...texts(
        'arm',
        'suggested by',
        120,
        trials.some(({ suggested_by }) => suggested_by),
        ({ suggested_by }) => suggested_by?.arm,
      ),
      groups: true,
    },
    texts('why', 'suggestion', 260, false, ({ suggested_by }) => suggested_by?.why),
    texts('reason', 'end reason', 280, false, ({ reason }) => reason),
    { ...texts('agent', 'agent', 150, false, ({ agent }) => agent), groups: true },
    {
      ...texts('attempt', 'attempt', 80, false, ({ attempt }) => String(attempt)),
      numeric: true,
      compare: (a, b) => trials[a]!.attempt - trials[b]!.attempt,
    },
    durationColumn('lasted', 'duration', (row) => durationOf(trials[row]!)),
    agoColumn('updated', 'updated', (row) => trials[row]!.updated_at),
  ]
}

const hasGroups = ({ kind, labels, steps }: Column): boolean =>
  kind === 'category' ? labels.length <= MAX_GROUPS : steps !== undefined && steps.length <= MAX_GROUPS
