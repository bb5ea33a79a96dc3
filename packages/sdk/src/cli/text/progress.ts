import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import cliProgress from 'cli-progress'
import cliTruncate from 'cli-truncate'
import { formatValue } from './values.ts'

/** The fields of a sweep that the progress line shows. */
export type ProgressSweep = Pick<SweepBody, 'trials' | 'limit' | 'best' | 'metric' | 'state'>

const MAX_BAR = 40
const MIN_BAR = 10

/** One line of at most `width` columns: a bar, if the number of trials is limited and there is space, and the counts. */
export const renderProgress = (sweep: ProgressSweep, width = 80): string => {
  const { trials, limit, best, metric, state } = sweep
  const failed = trials.failed + trials.crashed
  const ended = trials.finished + trials.stopped + trials.killed + failed
  const facts = [limit === null ? `${ended} trials done` : `${ended}/${limit} trials`]
  if (trials.open > 0) facts.push(`${trials.open} running`)
  if (trials.stopped > 0) facts.push(`${trials.stopped} stopped early`)
  if (failed > 0) facts.push(`${failed} failed`)
  if (best) facts.push(`best ${metric?.name ?? 'value'} ${formatValue(best.value)} (#${best.number})`)
  if (state !== 'running') facts.push(state)
  const text = facts.join(' · ')
  const space = Math.min(MAX_BAR, width - [...text].length - 1)
  const line = limit === null || limit <= 0 || space < MIN_BAR ? text : `${bar(ended / limit, space)} ${text}`
  return cliTruncate(line, width)
}

const bar = (progress: number, barsize: number): string =>
  cliProgress.Format.BarFormat(Math.min(1, progress), {
    barsize,
    barCompleteString: '█'.repeat(barsize),
    barIncompleteString: '░'.repeat(barsize),
    barGlue: '',
  })
