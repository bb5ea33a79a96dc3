import type { TrialBody } from '@chimney/core/schema/api/trials'
import type { Column, TrialTable } from '../model/trial-table.ts'
import type { FilterColumn } from '../ui/filter-input.tsx'

/** What a typed filter of trials may name. */
export function filterColumns({ trials, params, value, others, number }: TrialTable): FilterColumn[] {
  const of = (column: Column, ...more: string[]): FilterColumn => ({
    names: [column.name, column.key, ...more],
    read: (row) => {
      const own = column.values[row]!
      return Number.isNaN(own) ? undefined : column.kind === 'category' ? column.labels[own] : own
    },
  })
  const text = (name: string, read: (trial: TrialBody) => unknown, ...more: string[]): FilterColumn => ({
    names: [name, ...more],
    read: (row) => read(trials[row]!),
  })
  return [
    ...params.map((column) => of(column)),
    of(value),
    ...others.map(({ column }) => of(column)),
    of(number, 'number'),
    text('state', ({ state }) => state),
    text('run', ({ run }) => run),
    text('agent', ({ agent }) => agent),
    text('sampler', ({ suggested_by }) => suggested_by?.arm, 'arm'),
    text('reason', ({ reason }) => reason),
    text('attempt', ({ attempt }) => attempt),
  ]
}
