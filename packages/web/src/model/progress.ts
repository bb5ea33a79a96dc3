import type { SweepBody, TrialBody } from '@chimney/core/schema/api'

export interface Progress {
  readonly ended: number
  /** Undefined when only a person ends the sweep. */
  readonly total: number | undefined
  /** How long until all have ended, by how fast the last ones did; undefined when there is too little to go by. */
  readonly leftMs: number | undefined
}

/** Enough to even out chance, few enough to notice that more agents came. */
const LAST = 30
const OPEN_STATES: readonly string[] = ['queued', 'running']

/** `now` in Unix ms: while nobody works, what is left takes longer and longer. */
export function progressOf(sweep: SweepBody, trials: readonly TrialBody[], now: number): Progress {
  const { handed_out, open } = sweep.trials
  const ended = handed_out - open
  const total =
    sweep.state === 'running' || sweep.state === 'paused' ? (sweep.limit ?? undefined) : handed_out
  if (total === undefined || sweep.state === 'paused' || ended >= total)
    return { ended, total, leftMs: undefined }
  const times = trials
    .filter(({ state }) => !OPEN_STATES.includes(state))
    .map(({ updated_at }) => Date.parse(updated_at))
    .sort((a, b) => b - a)
    .slice(0, LAST)
  const spanMs = Math.max(now, times[0]!) - times[times.length - 1]!
  if (times.length < 3 || spanMs <= 0) return { ended, total, leftMs: undefined }
  return { ended, total, leftMs: ((total - ended) * spanMs) / (times.length - 1) }
}
