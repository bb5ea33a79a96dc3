import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { Row } from '../../store/codec/chunk.ts'
import type { RunLive } from '../../store/runs.ts'
import { summaryOf } from '../live/summary.ts'
import { mediaRows } from './media-rows.ts'
import { mergeRows } from './read-rows.ts'

export interface MediaQuery {
  /** Indices, both included. */
  readonly from: number
  readonly to: number
  /** Of a page, at least 1. */
  readonly limit: number
}

/** Width of the first range of indices that a page reads. Later ones are wider: a run may log media rarely. */
const FIRST_WIDTH = 4_096

/**
 * The rows of a run that have media, with these alone; `next` is the first index of the next page. Undefined when there is no such run.
 * A run with several attempts, or one that was recorded before media were kept apart, is read from its whole history.
 */
export async function readMedia(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  { from, to, limit }: MediaQuery,
): Promise<{ rows: readonly Row[]; next?: number } | undefined> {
  const live = await deps.store.getLive(key)
  if (!live) return undefined
  const last = Math.min(to, live.lastIndex)
  if (live.attempt > 1) return pageOf(within(await fromHistory(deps, live), from, last), limit)
  const rows: Row[] = []
  let width = FIRST_WIDTH
  for (let start = from; start <= last; start += width, width *= 4) {
    const end = Math.min(last, start + width - 1)
    const chunks = await deps.store.listChunks(key, 'media', { from: start, to: end, eventual: true })
    rows.push(...within(mergeRows(chunks), start, end))
    if (rows.length > limit) break
  }
  if (rows.length === 0 && from === 0 && to >= live.lastIndex && mediaRows([lastValues(live)]).length > 0)
    return pageOf(within(await fromHistory(deps, live), from, last), limit)
  return pageOf(rows, limit)
}

const within = (rows: readonly Row[], from: number, to: number): readonly Row[] =>
  rows.filter(({ index }) => index >= from && index <= to)

const pageOf = (rows: readonly Row[], limit: number) =>
  rows.length > limit ? { rows: rows.slice(0, limit), next: rows[limit]!.index } : { rows }

const lastValues = (live: RunLive): Row => ({ index: 0, at: 0, values: summaryOf(live) })

async function fromHistory({ store }: Pick<Deps, 'store'>, live: RunLive): Promise<readonly Row[]> {
  const chunks = await store.listChunks(live.key, 'metrics', { eventual: true })
  const endedBy = isEnd(live.state) ? live.endedBy : undefined
  return mediaRows(
    mergeRows(endedBy === undefined ? chunks : chunks.filter(({ attempt }) => attempt <= endedBy)),
  )
}
