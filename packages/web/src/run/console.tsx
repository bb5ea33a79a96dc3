import { useVirtualizer } from '@tanstack/react-virtual'
import Anser from 'anser'
import { useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '../model/format.ts'
import { downloadFile } from '../ui/download-file.ts'

type Line = Readonly<Record<string, unknown>>

const LINE_PX = 19
/** Within this distance of its end, the console follows new lines. */
const FOLLOW_PX = 60

/** The last console lines, opened at the end. Clients log rows as `{text, level?}`, `{line}` or `{content}`. */
export function Console({ lines, maxLines }: { lines: readonly Line[]; maxLines: number }) {
  const [search, setSearch] = useState('')
  const all = useMemo(() => lines.map(textOf), [lines])
  const plain = useMemo(() => all.map((text) => Anser.ansiToText(text)), [all])
  const shown = useMemo(() => {
    const indices = all.map((_, i) => i)
    return search === ''
      ? indices
      : indices.filter((i) => plain[i]!.toLowerCase().includes(search.toLowerCase()))
  }, [all, plain, search])
  const scroller = useRef<HTMLPreElement>(null)
  const follows = useRef(true)
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
  })
  useEffect(() => {
    if (follows.current && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: 'end' })
  }, [shown, virtual])
  if (all.length === 0) return null
  const visible = virtual.getVirtualItems()
  return (
    <section className="card figure" aria-label="Console" id="console">
      <header>
        <h2>Console</h2>
        <p className="hint">
          {all.length >= maxLines
            ? `last ${formatCount(maxLines)} lines`
            : `${formatCount(all.length)} lines`}
          {search !== '' && `, ${formatCount(shown.length)} match`}
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
            onClick={() => downloadFile('console.txt', new Blob([plain.join('\n')], { type: 'text/plain' }))}
          >
            Save
          </button>
        </div>
      </header>
      <pre
        className="console"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < FOLLOW_PX
        }}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          <div style={{ position: 'absolute', top: visible[0]?.start ?? 0 }}>
            {visible.map(({ index }) => (
              <div key={index} className="console-line" style={{ height: LINE_PX }}>
                <AnsiText text={all[shown[index]!]!} />
              </div>
            ))}
          </div>
        </div>
      </pre>
    </section>
  )
}

/** Escape sequences (SGR) as colors and weights; other sequences are left out. */
function AnsiText({ text }: { text: string }) {
  if (!text.includes('\u001b')) return text
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true }).map(
    ({ content, fg, bg, fg_truecolor, bg_truecolor, decorations }, i) => (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line do not move
        key={i}
        className={[fg, bg && `${bg}-bg`, ...decorations].filter(Boolean).join(' ')}
        style={{
          ...(fg === 'ansi-truecolor' && fg_truecolor && { color: `rgb(${fg_truecolor})` }),
          ...(bg === 'ansi-truecolor' && bg_truecolor && { background: `rgb(${bg_truecolor})` }),
        }}
      >
        {content}
      </span>
    ),
  )
}

const textOf = (row: Line): string =>
  String(
    row.text ??
      row.line ??
      row.content ??
      Object.entries(row).find(([name]) => !name.startsWith('_'))?.[1] ??
      '',
  ).replace(/\r?\n$/, '')
