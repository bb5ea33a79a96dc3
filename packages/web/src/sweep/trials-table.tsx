import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { memo, useCallback, useMemo } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { formatNumber } from '../model/format.ts'
import { spreadOf } from '../model/groups.ts'
import type { TableColumn } from '../model/table-column.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { BulkStatus, useBulkWork } from '../ui/bulk-work.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { bestRows } from './best-trials.ts'
import { TrialBulkActions } from './trial-bulk-actions.tsx'
import { tableColumns } from './trial-columns.ts'
import { useLatestValues } from './use-latest-values.ts'

interface Props {
  readonly at: SweepAt
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly best: SweepBody['best']
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onChanged: () => void
}

export const TrialsTable = memo(function TrialsTable({
  at,
  table,
  mask,
  best,
  hovered,
  onHover,
  onChanged,
}: Props) {
  const work = useBulkWork(onChanged)
  const latest = useLatestValues(at, table)
  const columns = useMemo(() => tableColumns(table, latest), [table, latest])
  const stars = useMemo(() => new Set(bestRows(table, best)), [table, best])
  const rowInfo = useCallback(
    (row: number) => {
      const { run, number, state } = table.trials[row]!
      return { id: run, label: `trial ${number}`, state, best: stars.has(row) }
    },
    [table, stars],
  )
  const summaryOf = useCallback(
    (rows: readonly number[]) => {
      const spread = spreadOf(rows, table.value.values)
      if (!spread) return ''
      const end = table.goal === 'maximize' ? spread.max : spread.min
      return `best ${table.value.name} ${formatNumber(end)}, mean ${formatNumber(spread.mean)}`
    },
    [table],
  )
  // The objective from its best end, times from the latest, everything else ascending.
  const descendingFirst = useCallback(
    ({ key, numeric }: TableColumn) =>
      key === 'value'
        ? table.goal === 'maximize'
        : (table.others.find(({ column }) => column.key === key)?.goal ?? '') === 'maximize' ||
          (!numeric && key === 'updated'),
    [table],
  )
  const byRun = useMemo(() => new Map(table.trials.map((trial) => [trial.run, trial])), [table])
  const { start, close } = work
  // Not the progress: the table is not drawn again with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `start` and `close` do the same in each render
  const bulkActions = useCallback(
    (runs: readonly string[]) => (
      <TrialBulkActions
        at={at}
        trials={runs.flatMap((run) => byRun.get(run) ?? [])}
        work={{ progress: undefined, start, close }}
      />
    ),
    [at, byRun],
  )
  return (
    <>
      <DataTable
        entity={at.entity}
        project={at.project}
        title="Trials"
        fileName={at.sweep}
        columns={columns}
        mask={mask}
        defaultSort="number"
        descendingFirst={descendingFirst}
        rowInfo={rowInfo}
        summaryOf={summaryOf}
        hovered={hovered}
        onHover={onHover}
        empty="No trials yet."
        bulkActions={bulkActions}
      />
      <BulkStatus work={work} />
    </>
  )
})
