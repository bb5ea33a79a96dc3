import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { csvOf } from '../model/csv.ts'
import { formatCount, formatValue } from '../model/format.ts'
import { sortedRows, type TableColumn } from '../model/table-column.ts'
import { Dialog } from '../ui/dialog.tsx'
import { downloadFile } from '../ui/download-file.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { labelsOf } from './image-boxes.tsx'
import { ImagePanel } from './image-panel.tsx'
import { classesOf, type LoadedTable, type TableFile } from './load-table.ts'
import { isMedia, kindOf, type MediaValue, typeName } from './media-value.ts'
import { Cell } from './table-cells.tsx'
import { useTable } from './use-media.ts'

const ROW_PX = 33
/** Of a table with media in cells. */
const MEDIA_ROW_PX = 73
const WIDTH = 130
/** Of a player. */
const AUDIO_WIDTH = 260

/** A table of a step: sorted by a click, rendered as far as it is visible, saved as CSV. */
export function TablePanel({ at, name, value }: { at: RunAt; name: string; value: MediaValue }) {
  const { data, error, isPending, refetch } = useTable(at, value)
  if (error) return <ErrorMessage error={error} retry={() => void refetch()} />
  if (isPending || !data) return <Loading what="the table" />
  return <Table at={at} name={name} table={data} />
}

export function Table({ at, name, table }: { at: RunAt; name: string; table: LoadedTable }) {
  const columns = useMemo(() => columnsOf(table), [table])
  const [sort, setSort] = useState<{ key: string; down: boolean }>()
  const [search, setSearch] = useState('')
  const [opened, setOpened] = useState<{ readonly value: MediaValue; readonly column: string }>()
  const hasMedia = useMemo(() => table.data.some((row) => row.some(isMedia)), [table])
  const rows = useMemo(() => {
    const column = columns.find(({ key }) => key === sort?.key)
    const sorted = sortedRows(new Uint8Array(table.data.length).fill(1), column, sort?.down ?? false)
    const wanted = search.toLowerCase()
    return wanted === ''
      ? sorted
      : sorted.filter((row) => columns.some((each) => each.text(row, 0).toLowerCase().includes(wanted)))
  }, [table, columns, sort, search])
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (hasMedia ? MEDIA_ROW_PX : ROW_PX),
    overscan: 12,
  })
  const visible = virtual.getVirtualItems()
  const before = visible[0]?.start ?? 0
  const after = virtual.getTotalSize() - (visible.at(-1)?.end ?? 0)
  const save = () => {
    const lines = [
      columns.map(({ title }) => title),
      ...rows.map((row) => columns.map((column) => column.raw(row))),
    ]
    const file = `${name.replaceAll(/[^\w.-]+/g, '-')}.csv`
    downloadFile(file, new Blob([csvOf(lines)], { type: 'text/csv' }))
  }
  // Ascending, descending, then as logged.
  const sortBy = (key: string) =>
    setSort(sort?.key !== key ? { key, down: false } : sort.down ? undefined : { key, down: true })
  return (
    <div className={`trials media-table${hasMedia ? ' with-media' : ''}`}>
      <div className="media-step">
        <span className="muted" role="status">
          {rows.length === table.data.length
            ? `${formatCount(rows.length)} rows`
            : `${formatCount(rows.length)} of ${formatCount(table.data.length)} rows`}
        </span>
        <input
          type="search"
          aria-label={`Search ${name}`}
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <button type="button" aria-label={`Save ${name} as CSV`} onClick={save}>
          CSV
        </button>
      </div>
      <section
        className="scroll"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
        tabIndex={0}
        aria-label={`Table ${name}`}
      >
        <table
          style={{ width: columns.reduce((sum, { width }) => sum + width, 0), minWidth: '100%' }}
          aria-rowcount={rows.length + 1}
        >
          <colgroup>
            {columns.map(({ key, width }) => (
              <col key={key} style={{ width }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.map(({ key, title, numeric }) => (
                <th
                  key={key}
                  className={numeric ? 'number' : ''}
                  aria-sort={sort?.key === key ? (sort.down ? 'descending' : 'ascending') : undefined}
                >
                  <button type="button" title={title} onClick={() => sortBy(key)}>
                    {title}
                    <span aria-hidden="true">{sort?.key === key ? (sort.down ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr style={{ height: before }} />}
            {visible.map(({ index }) => {
              const row = rows[index]!
              return (
                <tr key={row} aria-rowindex={index + 2}>
                  {columns.map((column) => (
                    <Cell
                      key={column.key}
                      at={at}
                      column={column}
                      row={row}
                      onOpen={(value) => setOpened({ value, column: column.title })}
                    />
                  ))}
                </tr>
              )
            })}
            {after > 0 && <tr style={{ height: after }} />}
          </tbody>
        </table>
      </section>
      {table.note && <p className="muted">{table.note}</p>}
      {opened && (
        <Dialog title={opened.column} onClose={() => setOpened(undefined)}>
          <ImagePanel
            at={at}
            name={opened.column}
            value={opened.value}
            labels={labelsOf(opened.column, classesOf(table, opened.column))}
          />
          <form method="dialog">
            <button type="submit">Close</button>
          </form>
        </Dialog>
      )}
    </div>
  )
}

function columnsOf({ columns, data }: TableFile): readonly TableColumn[] {
  return columns.map((title, i) => {
    const at = (row: number) => data[row]?.[i]
    const missing = (row: number) => at(row) === null || at(row) === undefined
    const numeric =
      data.some((row) => typeof row[i] === 'number') &&
      data.every((_, row) => missing(row) || typeof at(row) === 'number')
    const text = (row: number) => {
      const value = at(row)
      return missing(row) ? '' : isMedia(value) ? typeName(value._type) : formatValue(value)
    }
    return {
      key: String(i),
      title: String(title),
      width: data.some((row) => isMedia(row[i]) && kindOf(row[i]._type) === 'audio') ? AUDIO_WIDTH : WIDTH,
      numeric,
      shown: true,
      text,
      raw: at,
      missing,
      compare: (a, b) =>
        numeric ? (at(a) as number) - (at(b) as number) : text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0,
    }
  })
}
