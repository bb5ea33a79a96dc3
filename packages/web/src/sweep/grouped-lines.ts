import { type Band, type MeanCurve, meanCurve } from '../model/curve-groups.ts'
import { groupsOf } from '../model/groups.ts'
import { cellText, columnOf, type TrialTable } from '../model/trial-table.ts'
import { groupNames } from '../model/value-groups.ts'
import type { Line } from './trial-curves.tsx'

/** The group of all trials, in the address. */
export const ALL_TRIALS = '*'
/** Groups of a number with more distinct values are ranges. */
const MOST_VALUES = 8
const RANGES = 5

/** Mean curves of the trials with the same value of a column, in the order of its values. */
export function groupedLines(
  table: TrialTable,
  lines: readonly Line[],
  key: string,
  band: Band,
): readonly (MeanCurve & { readonly label: string })[] {
  const column = columnOf(table, key)
  const indices = lines.map((_, i) => i)
  const numberAt = (i: number) => column?.values[lines[i]!.row] ?? Number.NaN
  const name = groupNames(lines.length, numberAt, MOST_VALUES, RANGES)
  const nameOf = (i: number): string => {
    if (!column) return 'all trials'
    const value = numberAt(i)
    return Number.isNaN(value) ? 'no value' : column.kind === 'category' ? cellText(column, value) : name(i)
  }
  const orderOf = (i: number) => (Number.isNaN(numberAt(i)) ? Number.POSITIVE_INFINITY : numberAt(i))
  const sorted = indices.sort((a, b) => (orderOf(a) === orderOf(b) ? a - b : orderOf(a) - orderOf(b)))
  return groupsOf(sorted, nameOf).map((group) => ({
    label: `${group.name} (${group.rows.length})`,
    ...meanCurve(
      group.rows.map((i) => lines[i]!),
      band,
    ),
  }))
}
