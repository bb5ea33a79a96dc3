import { memo } from 'react'
import { formatCount, formatNumber } from '../model/format.ts'
import { type Group, groupsOf, spreadBy } from '../model/groups.ts'
import type { TableColumn } from '../model/table-column.ts'

/** Groups by their mean of the sorted column, if that has numbers; else in order of first occurrence. */
export function sortedGroups(
  rows: readonly number[],
  column: TableColumn,
  sortColumn: TableColumn | undefined,
  down: boolean,
): readonly Group[] {
  const groups = groupsOf(rows, (row) => (column.groupOf?.(row) ?? column.text(row, 0)) || '(no value)')
  if (!sortColumn?.numeric) return groups
  const means = new Map(
    groups.map((group) => [group, spreadBy(group.rows, (row) => sortColumn.raw(row))?.mean]),
  )
  const missing = down ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const meanOf = (group: Group) => means.get(group) ?? missing
  return groups.sort((a, b) => {
    const order = meanOf(a) === meanOf(b) ? 0 : meanOf(a) - meanOf(b)
    return down ? -order : order
  })
}

/** A color for each group, which does not depend on the order of the table. */
export function groupColors(
  groups: readonly Group[],
  series: readonly string[],
): ReadonlyMap<string, string> {
  const names = groups.map(({ name }) => name).sort()
  return new Map(names.map((name, i) => [name, series[i % series.length]!]))
}

/** Columns before the first mean: the name of the group needs their width. */
const LABEL_COLUMNS = 2

/** The row above a group, with the mean of each column. */
export const GroupRow = memo(function GroupRow({
  group,
  index,
  columns,
  open,
  summary,
  color,
  onToggle,
}: {
  group: Group
  index: number
  columns: readonly TableColumn[]
  open: boolean
  summary: string
  color: string | undefined
  onToggle: (name: string) => void
}) {
  const first = columns.findIndex(({ numeric }, i) => numeric && i >= LABEL_COLUMNS)
  const label = first < 0 ? columns.length : first
  return (
    <tr className="group" aria-rowindex={index + 2}>
      <th colSpan={label + 1} scope="rowgroup">
        <button type="button" aria-expanded={open} onClick={() => onToggle(group.name)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span>{' '}
          <i className="swatch" style={{ background: color }} aria-hidden="true" /> {group.name}{' '}
          <span className="muted">
            {formatCount(group.rows.length)} {summary !== '' && `· ${summary}`}
          </span>
        </button>
      </th>
      {columns.slice(label).map((column) => (
        <MeanCell key={column.key} column={column} rows={group.rows} />
      ))}
    </tr>
  )
})

function MeanCell({ column, rows }: { column: TableColumn; rows: readonly number[] }) {
  const spread = column.numeric ? spreadBy(rows, (row) => column.raw(row)) : undefined
  if (!spread) return <td />
  const { count, min, mean, max, deviation } = spread
  const title = `${column.title} of ${count}: mean ${mean}, standard deviation ${deviation}, min ${min}, max ${max}`
  return (
    <td className="number mean" title={title}>
      {formatNumber(mean)}
    </td>
  )
}
