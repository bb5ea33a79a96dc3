import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { compareUrl, MAX_COMPARED, runUrl } from '../app/routes.ts'
import { csvOf } from '../model/csv.ts'
import { exactText, formatCount, formatNumber } from '../model/format.ts'
import { type Group, groupsOf, spreadBy } from '../model/groups.ts'
import { parseSort, sortedRows, sortText, type TableColumn } from '../model/table-column.ts'
import { downloadFile } from './download-file.ts'
import { useFrozenOrder } from './frozen-order.ts'
import { Link } from './link.tsx'
import { Menu, MenuCheck } from './menu.tsx'
import { type State, StateBadge } from './state-badge.tsx'
import { useNow } from './use-now.ts'

interface RowInfo {
  /** Id of the run. */
  readonly id: string
  /** Accessible name of the row, for example "trial 7". */
  readonly label: string
  readonly state: State

  readonly best?: boolean
}

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
  readonly bulkActions?: (ids: readonly string[], clear: () => void) => ReactNode
}

type Item = { readonly group: Group } | { readonly row: number }

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
      ...(closed.has(group.name) ? [] : group.rows.map((row) => ({ row }))),
    ])
  }, [rows, groups, groupColumn, closed])
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
          {selected.size > 0 && (
            <>
              {selected.size <= MAX_COMPARED ? (
                <Link className="button" href={compareUrl(entity, project, [...selected])}>
                  Compare {selected.size}
                </Link>
              ) : (
                <span className="muted">{formatCount(selected.size)} selected</span>
              )}
              {bulkActions?.([...selected], () => choose([]))}
              <button type="button" className="ghost" aria-label="Clear selection" onClick={() => choose([])}>
                {' '}
                Clear{' '}
              </button>
            </>
          )}
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
              if ('group' in item)
                return (
                  <GroupRow
                    key={`group ${item.group.name}`}
                    group={item.group}
                    index={index}
                    columns={columns}
                    open={!closed.has(item.group.name)}
                    summary={summaryOf?.(item.group.rows) ?? ''}
                    onToggle={toggleGroup}
                  />
                )
              const { row } = item
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
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Compare ${info.label}`}
                      checked={isSelected}
                      onChange={(event) => select(info.id, event.target.checked)}
                    />
                  </td>
                  {columns.map((column) => (
                    <td
                      key={column.key}
                      className={column.numeric ? 'number' : ''}
                      title={column.numeric ? exactText(column.raw(row)) : column.text(row, now) || undefined}
                    >
                      {column.kind === 'link' ? (
                        <>
                          {info.best && (
                            <span className="star" title="Best trial">
                              ★
                            </span>
                          )}
                          <Link href={runUrl(entity, project, info.id)}>{column.text(row, now)}</Link>
                        </>
                      ) : column.kind === 'state' ? (
                        <StateBadge state={info.state} />
                      ) : (
                        column.text(row, now) || <LatestValue text={column.latestText?.(row)} />
                      )}
                    </td>
                  ))}
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

const LatestValue = ({ text }: { text: string | undefined }) =>
  text !== undefined && (
    <span className="latest-value" title="Latest value of a running trial">
      <small>so far</small> {text}
    </span>
  )

/** The searched text of a row; made once, when there is a search at all. */
function rowTexts(columns: readonly TableColumn[]): (row: number) => string {
  const texts = new Map<number, string>()
  return (row) => {
    const known = texts.get(row)
    if (known !== undefined) return known
    const cells = columns.flatMap((column) => [
      column.text(row, 0),
      column.numeric ? (exactText(column.raw(row)) ?? '') : '',
    ])
    const text = cells.join('\n').toLowerCase()
    texts.set(row, text)
    return text
  }
}

/** Groups by their mean of the sorted column, if that has numbers; else in order of first occurrence. */
function sortedGroups(
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

/** Columns before the first mean: the name of the group needs their width. */
const LABEL_COLUMNS = 2

const GroupRow = memo(function GroupRow({
  group,
  index,
  columns,
  open,
  summary,
  onToggle,
}: {
  group: Group
  index: number
  columns: readonly TableColumn[]
  open: boolean
  summary: string
  onToggle: (name: string) => void
}) {
  const first = columns.findIndex(({ numeric }, i) => numeric && i >= LABEL_COLUMNS)
  const label = first < 0 ? columns.length : first
  return (
    <tr className="group" aria-rowindex={index + 2}>
      <th colSpan={label + 1} scope="rowgroup">
        <button type="button" aria-expanded={open} onClick={() => onToggle(group.name)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {group.name}{' '}
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
