/**
 * What may happen to a run: claim, renew, end, expire. Pure decisions over the fields that settle ownership; the caller
 * writes the answer with a compare-and-set and asks again when another writer was first. Times are Unix milliseconds.
 */
import { type EndState, isEnd, type RunState } from './lifecycle.ts'

/** The part of a run that decides about ownership. `attempt` is the fence: each claim adds one. */
export interface Ownership {
  readonly state: RunState
  readonly attempt: number
  readonly lost: number
  readonly leaseUntil?: number
  readonly stop?: { readonly reason: string; readonly by: 'stopper' | 'person'; readonly rung?: number }
  readonly endedBy?: number
  /** The current attempt was handed back by its agent; until the next claim. */
  readonly released?: boolean
  /** A token of the request that claimed the current attempt, when it had one. */
  readonly claimedBy?: string
  /** Attempts up to this one were undone by a person: nothing that they report counts. */
  readonly fence?: number
}

export type Claim =
  | { readonly ok: true; readonly attempt: number; readonly repeated: boolean }
  | { readonly ok: false; readonly why: 'lease-taken' | 'run-ended' | 'stale' }

/**
 * Whether `attempt` may start; the default is the next one. A claim of an attempt that already started finds the lease taken;
 * a claim of an attempt that ended is stale. `by` is a token of the request: a repeated request whose first answer was lost
 * finds its own claim.
 */
export function claim(run: Ownership, options: { attempt?: number; by?: string | undefined } = {}): Claim {
  const { attempt = run.attempt + 1, by } = options
  if (isEnd(run.state)) return { ok: false, why: 'run-ended' }
  if (run.state === 'running') {
    if (by !== undefined && by === run.claimedBy && (options.attempt ?? run.attempt) === run.attempt)
      return { ok: true, attempt: run.attempt, repeated: true }
    return { ok: false, why: attempt < run.attempt ? 'stale' : 'lease-taken' }
  }
  return attempt === run.attempt + 1 ? { ok: true, attempt, repeated: false } : { ok: false, why: 'stale' }
}

export type Sign =
  /** The sender owns the run: its lease is renewed, even if it had expired and no other agent has claimed the run since. */
  | { readonly kind: 'renewed' }
  /** The sender was given up. Its reports are stored, but it has no lease; `stop` when continuing is useless. */
  | { readonly kind: 'outside'; readonly stop: boolean; readonly reason: string }

/** Decides on a report (metrics, heartbeat) from `attempt`; the default is the current one. */
export function acceptHeartbeat(run: Ownership, attempt = run.attempt): Sign {
  if (run.attempt === 0 && !isEnd(run.state))
    return { kind: 'outside', stop: true, reason: 'no agent has claimed the run yet' }
  if (attempt > run.attempt)
    return { kind: 'outside', stop: true, reason: `attempt ${attempt} was never handed out` }
  if (isFenced(run, attempt))
    return { kind: 'outside', stop: true, reason: `a user has undone attempt ${attempt}` }
  if (run.state === 'crashed')
    return attempt === run.attempt
      ? { kind: 'outside', stop: false, reason: 'the lease was lost; the result is kept if it arrives' }
      : { kind: 'outside', stop: true, reason: `attempt ${run.attempt} has taken over` }
  if (isEnd(run.state)) return { kind: 'outside', stop: true, reason: `the run has ended as ${run.state}` }
  if (attempt < run.attempt)
    return { kind: 'outside', stop: true, reason: `attempt ${run.attempt} has taken over` }
  // Reports sent before the release may arrive after it.
  if (run.state === 'queued' && run.released)
    return { kind: 'outside', stop: true, reason: `attempt ${attempt} was handed back` }
  return { kind: 'renewed' }
}

export type Ending =
  | { readonly kind: 'end'; readonly state: EndState }
  | { readonly kind: 'requeue'; readonly lost: boolean }
  /** The same attempt said so before: nothing to write. */
  | { readonly kind: 'repeated' }
  /** Another attempt's outcome stands, or the sender was given up and has no result. */
  | { readonly kind: 'ignored' }

export interface EndReport {
  readonly state: EndState | 'released'
  readonly attempt?: number
  readonly maxAttempts: number
  /** False when the sweep takes no trials any more: nothing is queued again. */
  readonly mayRequeue: boolean
}

/** States that the last attempt may still report of a crashed run. */
const LATE: readonly string[] = ['finished', 'stopped', 'failed'] satisfies EndState[]

/**
 * Outcome of an end report. The result of a lost attempt is kept while no other attempt has ended; its failure or stop
 * is not, because the other attempt is running.
 * `crashed` is a lost attempt and is retried.
 */
export function end(run: Ownership, report: EndReport): Ending {
  const attempt = report.attempt ?? run.attempt
  if (isFenced(run, attempt)) return { kind: 'ignored' }
  if (isEnd(run.state)) {
    const late = attempt < run.attempt ? report.state === 'finished' : LATE.includes(report.state)
    if (run.state === 'crashed' && attempt <= run.attempt && late)
      return { kind: 'end', state: stateOfEnd(run, report.state as EndState) }
    return run.endedBy === attempt ? { kind: 'repeated' } : { kind: 'ignored' }
  }
  // An attempt that has not started cannot end.
  if (attempt > run.attempt || run.attempt === 0) return { kind: 'ignored' }
  if (attempt < run.attempt)
    return report.state === 'finished' ? { kind: 'end', state: 'finished' } : { kind: 'ignored' }
  if (report.state === 'released' || report.state === 'crashed') {
    // Already queued again: the loss was noticed before the report of it arrived.
    if (run.state === 'queued') return { kind: 'repeated' }
    return expire(run, { ...report, lost: report.state === 'crashed' })
  }
  return { kind: 'end', state: stateOfEnd(run, report.state) }
}

/** Outcome of a running attempt that ended without a report; `lost` when the lease expired. */
export function expire(
  run: Ownership,
  options: { readonly maxAttempts: number; readonly mayRequeue: boolean; readonly lost: boolean },
): Ending {
  // A stop was requested, so silence means that it stopped.
  if (run.stop) return { kind: 'end', state: run.stop.by === 'person' ? 'killed' : 'stopped' }
  const lost = run.lost + (options.lost ? 1 : 0)
  if (!options.mayRequeue) return { kind: 'end', state: options.lost ? 'crashed' : 'killed' }
  if (options.lost && lost >= options.maxAttempts) return { kind: 'end', state: 'crashed' }
  return { kind: 'requeue', lost: options.lost }
}

const isFenced = ({ fence = 0 }: Ownership, attempt: number): boolean => attempt > 0 && attempt <= fence

/** A run with a stop request counts as stopped whatever its exit code, unless it finished. */
function stateOfEnd(run: Ownership, reported: EndState): EndState {
  if (!run.stop || reported === 'finished') return reported
  return run.stop.by === 'person' ? 'killed' : 'stopped'
}

export const isExpired = (run: Ownership, now: number): boolean =>
  run.state === 'running' && run.leaseUntil !== undefined && run.leaseUntil <= now
