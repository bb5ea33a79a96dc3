import type { RunBody } from '@chimney/core/schema/api/runs'
import { useCallback, useMemo } from 'react'
import { formatNumber } from '../model/format.ts'
import { spreadOf } from '../model/groups.ts'
import type { TableColumn } from '../model/table-column.ts'
import { DataTable } from '../ui/data-table.tsx'
import { runColumns } from './run-columns.ts'

/** Runs of a project, as far as they are loaded. */
export function RunsTable({
  entity,
  project,
  runs,
}: {
  entity: string
  project: string
  runs: readonly RunBody[]
}) {
  const columns = useMemo(() => runColumns(runs), [runs])
  const mask = useMemo(() => new Uint8Array(runs.length).fill(1), [runs])
  const rowInfo = useCallback(
    (row: number) => {
      const { id, name, state } = runs[row]!
      return { id, label: name, state }
    },
    [runs],
  )
  const descendingFirst = useCallback(({ key }: TableColumn) => key === 'made', [])
  const first = columns.find(({ key, shown }) => key.startsWith('summary:') && shown)
  const summaryOf = useCallback(
    (rows: readonly number[]) => {
      if (!first) return ''
      const spread = spreadOf(
        rows,
        runs.map((_, row) => Number(first.raw(row) ?? Number.NaN)),
      )
      return spread
        ? `${first.title} ${formatNumber(spread.min)} to ${formatNumber(spread.max)}, mean ${formatNumber(spread.mean)}`
        : ''
    },
    [runs, first],
  )
  return (
    <DataTable
      entity={entity}
      project={project}
      title="Runs"
      fileName={project}
      columns={columns}
      mask={mask}
      defaultSort="made"
      descendingFirst={descendingFirst}
      rowInfo={rowInfo}
      summaryOf={summaryOf}
      empty="No runs yet."
    />
  )
}
