import type { RunRow } from '@chimney/core/schema/api/run-table'
import { useCallback, useMemo } from 'react'
import { useCanWrite } from '../app/use-viewer.ts'
import type { TableColumn } from '../model/table-column.ts'
import { DataTable } from '../ui/data-table.tsx'
import { FilterInput, useTypedFilter } from '../ui/filter-input.tsx'
import { BulkActions } from './bulk-actions.tsx'
import { runColumns } from './run-columns.ts'

/** All runs of a project. */
export function RunsTable({
  entity,
  project,
  runs,
}: {
  entity: string
  project: string
  runs: readonly RunRow[]
}) {
  const columns = useMemo(() => runColumns(runs), [runs])
  const filterColumns = useMemo(
    () => columns.map(({ title, key, raw }) => ({ names: [title, key], read: raw })),
    [columns],
  )
  const canWrite = useCanWrite()
  const bulkActions = useCallback(
    (ids: readonly string[], clear: () => void) => {
      const chosen = new Set(ids)
      return (
        <BulkActions
          entity={entity}
          project={project}
          runs={runs.filter(({ id }) => chosen.has(id))}
          onDone={clear}
        />
      )
    },
    [entity, project, runs],
  )
  const { passes, error } = useTypedFilter(filterColumns)
  const mask = useMemo(
    () => Uint8Array.from(runs, (_, row) => (passes === undefined || passes(row) ? 1 : 0)),
    [runs, passes],
  )
  const rowInfo = useCallback(
    (row: number) => {
      const { id, name, state } = runs[row]!
      return { id, label: name, state }
    },
    [runs],
  )
  const descendingFirst = useCallback(({ key }: TableColumn) => key === 'made', [])
  return (
    <>
      <FilterInput columns={filterColumns} error={error} example="lr < 0.01 and optimizer in (adam, lion)" />
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
        empty="No runs yet."
        {...(canWrite && { bulkActions })}
      />
    </>
  )
}
