import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { RepairRecord } from '../../store/repairs.ts'
import type { EndCounts } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { betterTrial } from '../results/better-trial.ts'
import { END_STATES, NONE_ENDED } from '../trials/trial-counts.ts'

/** What a repair has read: pages of counts and open numbers, see {@link RepairRecord}. */
export type Progress = Omit<RepairRecord, 'rev' | 'createdAt' | 'busyUntil' | 'amended'>

export const noProgress = (pageSize: number): Progress => ({
  pageSize,
  pages: [],
  scanned: 0,
  lastEnd: 0,
  cached: 0,
})

export const pageOf = ({ pageSize }: Progress, number: number): number => Math.floor((number - 1) / pageSize)

/** The pages from `first` on that have something to read: open trials, or numbers that were taken meanwhile. Ascending. */
export function* pagesToRead(progress: Progress, first: number, taken: number): Generator<number> {
  const isNew = progress.scanned < taken ? pageOf(progress, progress.scanned + 1) : Number.POSITIVE_INFINITY
  const pages = Math.ceil(Math.max(progress.scanned, taken) / progress.pageSize)
  for (let page = Math.min(first, isNew); page < pages; page++)
    if (page >= isNew || (page >= first && (progress.pages[page]?.open.length ?? 0) > 0)) yield page
}

/** The numbers of a page to read, ascending. */
export function numbersToRead(progress: Progress, page: number, taken: number): readonly number[] {
  const numbers = [...(progress.pages[page]?.open ?? [])]
  const last = Math.min(taken, (page + 1) * progress.pageSize)
  for (let number = Math.max(progress.scanned, page * progress.pageSize) + 1; number <= last; number++)
    numbers.push(number)
  return numbers
}

/** All numbers of a page that were read, ascending. */
export function numbersOfPage({ pageSize, scanned }: Progress, page: number): readonly number[] {
  const first = page * pageSize + 1
  return Array.from({ length: Math.min(pageSize, scanned - first + 1) }, (_, i) => first + i)
}

/**
 * Counts the trials of a page that have ended, in addition to those that were counted, or from zero with `recount`. `numbers` are those that were
 * read; the ones without a trial stay open. New pages are added in ascending order. Returns `progress` when nothing has changed.
 */
export function withPage(
  progress: Progress,
  page: number,
  numbers: readonly number[],
  trials: readonly TrialRecord[],
  recount?: 'recount',
): Progress {
  const known = progress.pages[page]
  const ended = trials.filter(({ state }) => isEnd(state))
  const gone = new Set(ended.map(({ key }) => key.number))
  const open = numbers.filter((number) => !gone.has(number))
  const scanned = Math.max(progress.scanned, numbers.at(-1) ?? 0)
  if (!recount && scanned === progress.scanned && open.length === known?.open.length) return progress
  const before = recount ? NONE_ENDED : (known?.ended ?? NONE_ENDED)
  const pages = [...progress.pages]
  pages[page] = { ended: sumOf([before, countsOf(ended)]), open }
  const best = ended.reduce(betterTrial, progress.best)
  return {
    ...progress,
    pages,
    scanned,
    lastEnd: ended.reduce((last, { updatedAt }) => Math.max(last, updatedAt), progress.lastEnd),
    ...(best && { best }),
  }
}

export const endedOf = ({ pages }: Progress): EndCounts => sumOf(pages.map(({ ended }) => ended))

export const openNumbersOf = ({ pages }: Progress): ReadonlySet<number> =>
  new Set(pages.flatMap(({ open }) => open))

export const hasOpen = ({ pages }: Progress): boolean => pages.some(({ open }) => open.length > 0)

/** Every trial up to this number has ended. */
export function settledOf({ pages, scanned }: Progress): number {
  const first = pages.find(({ open }) => open.length > 0)?.open[0]
  return first === undefined ? scanned : first - 1
}

function countsOf(trials: readonly TrialRecord[]): EndCounts {
  const counts = { ...NONE_ENDED }
  for (const { state } of trials) if (isEnd(state)) counts[state]++
  return counts
}

function sumOf(counts: readonly EndCounts[]): EndCounts {
  const sum = { ...NONE_ENDED }
  for (const one of counts) for (const state of END_STATES) sum[state] += one[state]
  return sum
}
