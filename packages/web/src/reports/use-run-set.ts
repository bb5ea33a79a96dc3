import type { RunRow } from '@chimney/core/schema/api/run-table'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getRunTable } from '../api/endpoints.ts'
import { ExpressionError, parseExpression } from '../model/expression.ts'
import { sortedRows, type TableColumn } from '../model/table-column.ts'
import { runColumns } from '../pages/run-columns.ts'
import type { ProjectAt } from '../views/view-endpoints.ts'

const REFETCH_MS = 30_000

export interface RunSet {
  readonly runs: readonly RunRow[]
  readonly columns: readonly TableColumn[]
  /** Indices of the runs that pass, sorted. */
  readonly rows: readonly number[]
}

/** The runs of a project, or of one sweep, that pass a filter: newest first or by a column, ascending. */
export function useRunSet(
  { entity, project }: ProjectAt,
  { runs: filter, sweep }: { readonly runs: string; readonly sweep: string | undefined },
  sort?: string,
) {
  const { data, error, isPending } = useQuery({
    queryKey: ['run-table', entity, project],
    queryFn: () => getRunTable(entity, project),
    refetchInterval: REFETCH_MS,
  })
  const found = useMemo(
    () => (data ? runSet(data, filter, sweep, sort) : undefined),
    [data, filter, sweep, sort],
  )
  return { set: found?.set, error: error ?? found?.error, isPending }
}

function runSet(
  runs: readonly RunRow[],
  filter: string,
  sweep: string | undefined,
  sort: string | undefined,
): { set?: RunSet; error?: Error } {
  const columns = runColumns(runs)
  const columnOf = (name: string) => columns.find(({ key, title }) => title === name || key === name)
  try {
    const passes = filter.trim() === '' ? () => true : parseExpression(filter, (name) => columnOf(name)?.raw)
    const column = columnOf(sort ?? 'made')
    if (!column) return { error: new Error(`No run has a column ${sort}.`) }
    const mask = Uint8Array.from(runs, (run, row) =>
      (sweep === undefined || run.sweep === sweep) && passes(row) ? 1 : 0,
    )
    return { set: { runs, columns, rows: sortedRows(mask, column, sort === undefined) } }
  } catch (error) {
    if (error instanceof ExpressionError)
      return { error: new Error(`runs: ${error.message} (character ${error.at + 1})`) }
    throw error
  }
}
