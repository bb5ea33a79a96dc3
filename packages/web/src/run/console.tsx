import { useMemo, useState } from 'react'
import { formatCount } from '../model/format.ts'
import { downloadFile } from '../ui/download-file.ts'

type Line = Readonly<Record<string, unknown>>

/** The last console lines. Clients log rows as `{text, level?}`, `{line}` or `{content}`. */
export function Console({ lines, maxLines }: { lines: readonly Line[]; maxLines: number }) {
  const [search, setSearch] = useState('')
  const all = useMemo(() => lines.map(textOf), [lines])
  const shown = search === '' ? all : all.filter((text) => text.toLowerCase().includes(search.toLowerCase()))
  if (all.length === 0) return null
  return (
    <section className="card figure" aria-label="Console">
      <header>
        <h2>Console</h2>
        <p className="hint">
          {all.length >= maxLines
            ? `last ${formatCount(maxLines)} lines`
            : `${formatCount(all.length)} lines`}
        </p>
        <div className="tools">
          <input
            type="search"
            aria-label="Search console"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <button
            type="button"
            className="ghost"
            onClick={() => downloadFile('console.txt', new Blob([all.join('\n')], { type: 'text/plain' }))}
          >
            Save
          </button>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <pre className="console" tabIndex={0}>
        {shown.join('\n')}
      </pre>
    </section>
  )
}

const textOf = (row: Line): string =>
  String(
    row.text ??
      row.line ??
      row.content ??
      Object.entries(row).find(([name]) => !name.startsWith('_'))?.[1] ??
      '',
  )
