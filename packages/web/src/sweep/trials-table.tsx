import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useMemo, useRef } from 'react'
import type { SweepAt } from '../api/calls.ts'
import { keepInAddress, usePlace } from '../app/place.ts'
import { compareUrl, runUrl } from '../app/routes.ts'
import { csvOf } from '../model/csv.ts'
import { formatCount } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { Menu, MenuCheck } from '../ui/menu.tsx'
import { useNow } from '../ui/now.ts'
import { saveFile } from '../ui/save-file.ts'
import { StateBadge } from '../ui/state.tsx'
import { parseSort, sortedRows, sortText, type TableColumn, tableColumns } from './trial-columns.ts'

interface Props {
  readonly at: SweepAt
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
}

const ROW_PX = 33
/** Curves of more runs cannot be told apart. */
const MOST_COMPARED = 12
const CHECK_PX = 36

/** The trials that pass the filter. Only the rows in sight are on the page. */
export const TrialsTable = memo(function TrialsTable({ at, table, mask, hovered, onHover }: Props) {
  const { query } = usePlace()
  const now = useNow()
  const all = useMemo(() => tableColumns(table), [table])
  const toggled = new Set(query.get('columns')?.split(',').filter(Boolean))
  const columns = all.filter(({ key, shown }) => shown !== toggled.has(key))
  const sort = parseSort(query.get('sort')) ?? { key: 'number', down: true }
  const sortColumn = all.find(({ key }) => key === sort.key)
  const rows = useMemo(
    () => sortedRows(table, mask, sortColumn, sort.down),
    [table, mask, sortColumn, sort.down],
  )
  const selected = query.get('runs')?.split(',').filter(Boolean) ?? []

  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0)
  const width = CHECK_PX + columns.reduce((sum, column) => sum + column.width, 0)

  const sortBy = ({ key, numeric }: TableColumn) => {
    // First click: numbers from the best end down, text from A; second: the other way; third: as it was.
    const first = key === 'value' ? table.goal === 'maximize' : numeric ? false : key === 'updated'
    const text =
      sort.key !== key
        ? sortText({ key, down: first })
        : sort.down === first
          ? sortText({ key, down: !first })
          : null
    keepInAddress({ sort: text })
  }
  const choose = (run: string, on: boolean) =>
    keepInAddress({ runs: (on ? [...selected, run] : selected.filter((each) => each !== run)).join(',') })
  const toggle = (key: string) => {
    const next = new Set(toggled)
    if (!next.delete(key)) next.add(key)
    keepInAddress({ columns: [...next].join(',') })
  }
  const save = () => {
    const lines = [
      ['run', ...columns.map(({ title }) => title)],
      ...rows.map((row) => [table.trials[row]!.run, ...columns.map((column) => column.raw(row))]),
    ]
    saveFile(`${at.sweep}.csv`, new Blob([csvOf(lines)], { type: 'text/csv' }))
  }
  return (
    <section className="card figure trials" aria-labelledby="trials">
      <header>
        <h2 id="trials">Trials</h2>
        <p className="hint" role="status">
          {rows.length === table.trials.length
            ? formatCount(rows.length)
            : `${formatCount(rows.length)} of ${formatCount(table.trials.length)}`}
        </p>
        <div className="tools">
          {selected.length > 0 && (
            <>
              <Link className="button" href={compareUrl(at.entity, at.project, selected)}>
                Compare {selected.length}
              </Link>
              <button type="button" className="quiet" onClick={() => keepInAddress({ runs: null })}>
                None
              </button>
            </>
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
          <button type="button" className="quiet" onClick={save}>
            CSV
          </button>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <section className="scroll" ref={scroller} tabIndex={0} aria-label="Table of trials">
        <table style={{ width, minWidth: '100%' }} aria-rowcount={rows.length + 1}>
          <colgroup>
            <col style={{ width: CHECK_PX }} />
            {columns.map(({ key, width: wide }) => (
              <col key={key} style={{ width: wide }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th>
                <span className="hidden">Compare</span>
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
            {items.map(({ index }) => {
              const row = rows[index]!
              const trial = table.trials[row]!
              const chosen = selected.includes(trial.run)
              return (
                <tr
                  key={trial.number}
                  aria-rowindex={index + 2}
                  className={hovered === row ? 'hovered' : ''}
                  onPointerEnter={() => onHover(row)}
                  onPointerLeave={() => onHover(undefined)}
                >
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Compare trial ${trial.number}`}
                      checked={chosen}
                      disabled={!chosen && selected.length >= MOST_COMPARED}
                      onChange={(event) => choose(trial.run, event.target.checked)}
                    />
                  </td>
                  {columns.map((column) => (
                    <td
                      key={column.key}
                      className={column.numeric ? 'number' : ''}
                      title={column.width > 200 ? column.text(row, now) : undefined}
                    >
                      {column.key === 'number' ? (
                        <Link href={runUrl(at.entity, at.project, trial.run)}>{column.text(row, now)}</Link>
                      ) : column.key === 'state' ? (
                        <StateBadge state={trial.state} />
                      ) : (
                        column.text(row, now)
                      )}
                    </td>
                  ))}
                </tr>
              )
            })}
            {after > 0 && <tr style={{ height: after }} />}
          </tbody>
        </table>
        {rows.length === 0 && (
          <p className="empty">
            {table.trials.length === 0 ? 'No trials yet.' : 'No trial passes the filter.'}
          </p>
        )}
      </section>
    </section>
  )
})
