import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { endTimeOf } from './end-time.ts'

export interface Progress {
  readonly ended: number
  /** Undefined without a trial limit. */
  readonly total: number | undefined
  /** Estimated time left by the rate of the last trials; undefined with too few trials. */
  readonly leftMs: number | undefined
}

/** Trials in the rate: enough to average, few enough to follow a change in the number of agents. */
const RATE_WINDOW = 30
const OPEN_STATES: readonly string[] = ['queued', 'running']

/** `now` in Unix ms: the estimate grows while no trial ends. */
export function progressOf(sweep: SweepBody, trials: readonly TrialBody[], now: number): Progress {
  const { handed_out, open } = sweep.trials
  const ended = handed_out - open
  const total =
    sweep.state === 'running' || sweep.state === 'paused' ? (sweep.limit ?? undefined) : handed_out
  if (total === undefined || sweep.state === 'paused' || ended >= total)
    return { ended, total, leftMs: undefined }
  const times = trials
    .filter(({ state }) => !OPEN_STATES.includes(state))
    .map(endTimeOf)
    .sort((a, b) => b - a)
    .slice(0, RATE_WINDOW)
  const spanMs = Math.max(now, times[0]!) - times[times.length - 1]!
  if (times.length < 3 || spanMs <= 0) return { ended, total, leftMs: undefined }
  return { ended, total, leftMs: ((total - ended) * spanMs) / (times.length - 1) }
}
