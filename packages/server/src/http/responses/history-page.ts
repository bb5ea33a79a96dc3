import type { BandRow } from '../../runs/history/downsample.ts'
import { historyRowText } from './bodies.ts'

/** Below the 6 MB that a function may return, with room for the row that exceeds it. */
const PAGE_CHARACTERS = 4_000_000

/** A page of rows as JSON; it ends early, with a cursor, where it would grow too large. `next`: the cursor after all of them. */
export function historyPageText(
  rows: readonly BandRow[],
  next: number | undefined,
  withIndex: boolean,
): string {
  const texts: string[] = []
  let size = 0
  let cursor = next
  for (const row of rows) {
    const text = historyRowText(row, withIndex)
    size += text.length
    if (size > PAGE_CHARACTERS && texts.length > 0) {
      cursor = row.index
      break
    }
    texts.push(text)
  }
  const tail = cursor === undefined ? '' : `,"next_cursor":"${cursor}"`
  return `{"items":[${texts.join(',')}]${tail}}`
}
