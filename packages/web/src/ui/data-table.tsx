import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { MAX_COMPARED } from '../app/routes.ts'
import { useTheme } from '../charts/theme.ts'
import { csvOf } from '../model/csv.ts'
import { formatCount } from '../model/format.ts'
import type { Group } from '../model/groups.ts'
import { parseSort, rowTexts, sortedRows, sortText, type TableColumn } from '../model/table-column.ts'
import { downloadFile } from './download-file.ts'
import { useFrozenOrder } from './frozen-order.ts'
import { Menu, MenuCheck } from './menu.tsx'
import { RowCells, type RowInfo } from './table-cells.tsx'
import { GroupRow, groupColors, sortedGroups } from './table-groups.tsx'
import { type BulkActions, Selection } from './table-selection.tsx'
import { useNow } from './use-now.ts'

interface Props {
  readonly entity: string
  readonly project: string
  readonly title: string
  readonly fileName: string
  readonly columns: readonly TableColumn[]
  /** 1 for each row that passes the filters of the page. */
  readonly mask: Uint8Array
  /** Key of the column to sort by, descending, unless the URL has another one. */
  readonly defaultSort: string
  /** Whether the first click on a column sorts descending. */
  readonly descendingFirst: (column: TableColumn) => boolean
  readonly rowInfo: (row: number) => RowInfo
  /** Summary of a group. */
  readonly summaryOf?: (rows: readonly number[]) => string
  readonly hovered?: number | undefined
  readonly onHover?: (row: number | undefined) => void
  readonly empty: string
  /** Buttons for the selected rows. */
  readonly bulkActions?: BulkActions
}

type Item =
  | { readonly group: Group }
  | { readonly row: number; readonly group?: undefined; readonly of?: string }

const ROW_PX = 33
const CHECK_PX = 36

/** Virtualized table with sorting, search, grouping and selection, whose state is in the URL. */
export const DataTable = memo(function DataTable({
  entity,
  project,
  title,
  fileName,
  columns: all,
  mask,
  defaultSort,
  descendingFirst,
  rowInfo,
  summaryOf,
  hovered,
  onHover,
  empty,
  bulkActions,
}: Props) {
  const { query } = useLocation()
  const now = useNow()
  const search = useDeferredValue(query.get('find')?.toLowerCase() ?? '')
  const toggled = new Set(query.get('columns')?.split(',').filter(Boolean))
  const columns = all.filter(({ key, shown }) => shown !== toggled.has(key))
  const sort = parseSort(query.get('sort')) ?? { key: defaultSort, down: true }
  const sortColumn = all.find(({ key }) => key === sort.key)
  const sorted = useMemo(() => sortedRows(mask, sortColumn, sort.down), [mask, sortColumn, sort.down])
  const textOf = useMemo(() => rowTexts(all), [all])
  const matching = useMemo(
    () => (search === '' ? sorted : sorted.filter((row) => textOf(row).includes(search))),
    [sorted, search, textOf],
  )
  const idOf = useCallback((row: number) => rowInfo(row).id, [rowInfo])
  const { rows, freeze } = useFrozenOrder(matching, idOf, `${sortText(sort)} ${search}`)
  const groupColumn = all.find(({ key, groups }) => groups && key === query.get('group'))
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const groups = useMemo(
    () => (groupColumn ? sortedGroups(rows, groupColumn, sortColumn, sort.down) : []),
    [rows, groupColumn, sortColumn, sort.down],
  )
  const items = useMemo<readonly Item[]>(() => {
    if (!groupColumn) return rows.map((row) => ({ row }))
    return groups.flatMap((group): Item[] => [
      { group },
      ...(closed.has(group.name) ? [] : group.rows.map((row) => ({ row, of: group.name }))),
    ])
  }, [rows, groups, groupColumn, closed])
  const { series } = useTheme()
  const colors = useMemo(() => groupColors(groups, series), [groups, series])
  const [selected, setSelected] = useState<ReadonlySet<string>>(
    () => new Set(query.get('runs')?.split(',').filter(Boolean)),
  )
  const choose = (ids: Iterable<string>) => {
    const next = new Set(ids)
    setSelected(next)
    // More would make a long address, and cannot be compared.
    setSearchParams({ runs: next.size <= MAX_COMPARED ? [...next].join(',') : null })
  }
  const allSelected = rows.length > 0 && rows.every((row) => selected.has(idOf(row)))

  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  const visible = virtual.getVirtualItems()
  const before = visible[0]?.start ?? 0
  const after = virtual.getTotalSize() - (visible[visible.length - 1]?.end ?? 0)
  const width = CHECK_PX + columns.reduce((sum, column) => sum + column.width, 0)

  const sortBy = (column: TableColumn) => {
    // Cycles through the first direction, the other one, and the default order.
    const { key } = column
    const first = descendingFirst(column)
    const text =
      sort.key !== key
        ? sortText({ key, down: first })
        : sort.down === first
          ? sortText({ key, down: !first })
          : null
    setSearchParams({ sort: text })
  }
  const select = (run: string, on: boolean) =>
    choose(on ? [...selected, run] : [...selected].filter((each) => each !== run))
  const toggle = (key: string) => {
    const next = new Set(toggled)
    if (!next.delete(key)) next.add(key)
    setSearchParams({ columns: [...next].join(',') })
  }
  const save = () => {
    const lines = [
      ['run', ...columns.map((column) => column.title)],
      ...rows.map((row) => [rowInfo(row).id, ...columns.map((column) => column.raw(row))]),
    ]
    downloadFile(`${fileName}.csv`, new Blob([csvOf(lines)], { type: 'text/csv' }))
  }
  const toggleGroup = (name: string) => {
    const next = new Set(closed)
    if (!next.delete(name)) next.add(name)
    setClosed(next)
  }
  return (
    <section className="card figure trials" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p className="hint" role="status">
          {rows.length === mask.length
            ? formatCount(rows.length)
            : `${formatCount(rows.length)} of ${formatCount(mask.length)}`}
        </p>
        <div className="tools">
          <Selection
            entity={entity}
            project={project}
            ids={selected}
            bulkActions={bulkActions}
            onClear={() => choose([])}
          />
          <input
            type="search"
            aria-label={`Search ${title.toLowerCase()}`}
            placeholder="Search"
            value={query.get('find') ?? ''}
            onChange={(event) => setSearchParams({ find: event.target.value })}
          />
          <select
            aria-label="Group by"
            value={groupColumn?.key ?? ''}
            onChange={(event) => setSearchParams({ group: event.target.value || null })}
          >
            <option value="">Group by…</option>
            {all
              .filter(({ groups }) => groups)
              .map(({ key, title: name }) => (
                <option key={key} value={key}>
                  {' '}
                  {name}{' '}
                </option>
              ))}
          </select>
          {groups.length > 0 && (
            <button
              type="button"
              className="ghost"
              onClick={() => setClosed(closed.size > 0 ? new Set() : new Set(groups.map(({ name }) => name)))}
            >
              {closed.size > 0 ? 'Expand all' : 'Collapse all'}
            </button>
          )}
          <Menu label="Columns" icon="Columns">
            {all.map((column) => (
              <MenuCheck
                key={column.key}
                checked={columns.includes(column)}
                onChange={() => toggle(column.key)}
              >
                {column.title}
              </MenuCheck>
            ))}
          </Menu>
          <button type="button" className="ghost" onClick={save}>
            CSV
          </button>
        </div>
      </header>
      <section
        className="scroll"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
        tabIndex={0}
        aria-label={`Table of ${title.toLowerCase()}`}
        onPointerEnter={({ pointerType }) => freeze(pointerType === 'mouse')}
        onPointerLeave={() => freeze(false)}
      >
        <table style={{ width, minWidth: '100%' }} aria-rowcount={items.length + 1}>
          <colgroup>
            <col style={{ width: CHECK_PX }} />
            {columns.map(({ key, width: wide }) => (
              <col key={key} style={{ width: wide }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th>
                <input
                  type="checkbox"
                  aria-label={`Select all ${rows.length}`}
                  checked={allSelected}
                  onChange={() => choose(allSelected ? [] : rows.map(idOf))}
                />
              </th>
              {columns.map((column) => (
                <th
                  key={column.key}
                  className={column.numeric ? 'number' : ''}
                  aria-sort={sort.key === column.key ? (sort.down ? 'descending' : 'ascending') : undefined}
                >
                  <button type="button" title={column.title} onClick={() => sortBy(column)}>
                    {column.title}
                    <span aria-hidden="true">{sort.key === column.key ? (sort.down ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr style={{ height: before }} />}
            {visible.map(({ index }) => {
              const item = items[index]!
              if (item.group)
                return (
                  <GroupRow
                    key={`group ${item.group.name}`}
                    group={item.group}
                    index={index}
                    columns={columns}
                    open={!closed.has(item.group.name)}
                    summary={summaryOf?.(item.group.rows) ?? ''}
                    color={colors.get(item.group.name)}
                    onToggle={toggleGroup}
                  />
                )
              const { row, of } = item
              const info = rowInfo(row)
              const isSelected = selected.has(info.id)
              return (
                <tr
                  key={info.id}
                  aria-rowindex={index + 2}
                  className={`${hovered === row ? 'hovered' : ''} ${info.best ? 'best' : ''}`}
                  onPointerEnter={() => onHover?.(row)}
                  onPointerLeave={() => onHover?.(undefined)}
                >
                  <td style={of === undefined ? undefined : { boxShadow: `inset 4px 0 ${colors.get(of)}` }}>
                    <input
                      type="checkbox"
                      aria-label={`Compare ${info.label}`}
                      checked={isSelected}
                      onChange={(event) => select(info.id, event.target.checked)}
                    />
                  </td>
                  <RowCells
                    entity={entity}
                    project={project}
                    columns={columns}
                    row={row}
                    info={info}
                    now={now}
                  />
                </tr>
              )
            })}
            {after > 0 && <tr style={{ height: after }} />}
          </tbody>
        </table>
        {rows.length === 0 && <p className="empty">{mask.length === 0 ? empty : 'No matches.'}</p>}
      </section>
    </section>
  )
})
