/** Limits of time and of failures that a sweep config sets. Pure; times are Unix milliseconds. */
import type { MaxFailuresConfig, MaxSecondsConfig } from '../schema/sweep-limits.ts'

/** Why a sweep is over by its limit of time; undefined before. */
export function sweepOverTime(
  { sweep }: MaxSecondsConfig,
  createdAt: number,
  now: number,
): string | undefined {
  if (sweep === undefined || now < createdAt + sweep * 1000) return undefined
  return `the sweep has taken ${sweep} seconds, its max_seconds.sweep`
}

/** Why a trial has to stop by the limits of time: its own, or that of its sweep. `startedAt`: of its current attempt. */
export function trialOverTime(
  limits: MaxSecondsConfig,
  times: { readonly createdAt: number; readonly startedAt: number; readonly now: number },
): string | undefined {
  const { trial } = limits
  const { createdAt, startedAt, now } = times
  if (trial !== undefined && now >= startedAt + trial * 1000)
    return `the trial has taken ${trial} seconds, its max_seconds.trial`
  return sweepOverTime(limits, createdAt, now)
}

/** Trials that ended, and how many of them failed or crashed. `inARow`: since the last one that did not. */
export interface FailureCounts {
  readonly ended: number
  readonly failed: number
  readonly inARow: number
}

export const NO_FAILURES: FailureCounts = { ended: 0, failed: 0, inARow: 0 }

/** Trials from which a share of failures counts, unless the config says otherwise. */
const AT_LEAST = 10

/** Why a sweep pauses by its limits of failures; undefined below them. `before`: the counts when a user resumed it last. */
export function tooManyFailures(
  { in_a_row, share, at_least = AT_LEAST }: MaxFailuresConfig,
  now: FailureCounts,
  before: FailureCounts = NO_FAILURES,
): string | undefined {
  // Fewer than before: a trial that did not fail has started a new row.
  const inARow = now.inARow >= before.inARow ? now.inARow - before.inARow : now.inARow
  if (in_a_row !== undefined && inARow >= in_a_row)
    return in_a_row === 1 ? 'a trial has failed' : `${inARow} trials in a row have failed`
  const ended = now.ended - before.ended
  const failed = now.failed - before.failed
  if (share !== undefined && ended >= at_least && failed > 0 && failed >= share * ended)
    return `${failed} of ${ended} trials have failed`
  return undefined
}
