import type { SweepKey } from '@chimney/core/schema/names'
import { canMoveSweep, type SweepState } from '@chimney/core/sweep/lifecycle'
import { type FailureCounts, sweepOverTime, tooManyFailures } from '@chimney/core/sweep/limits'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { type LoadedSweep, sweepBusy } from '../load-sweep.ts'
import { endedTotal } from '../trials/trial-counts.ts'

type LimitDeps = Pick<Deps, 'store' | 'clock'>

/** Hand-outs change the head of a busy sweep between read and write; so many lost races in a row are an error. */
const TRIES = 100
/** Trials that are read for the most frequent reason of failures. */
const MAX_READ = 100
const MAX_REASON = 500

export const failureCounts = ({ ended, failuresInARow = 0 }: SweepHead): FailureCounts => ({
  ended: endedTotal(ended),
  failed: ended.failed + ended.crashed,
  inARow: failuresInARow,
})

/** Pauses a sweep that has reached a limit of failures, with their most frequent reason. Returns the head if it is paused. Safe to repeat. */
export async function pauseAtFailures(
  deps: LimitDeps,
  { key, config }: SweepRecord,
  head: SweepHead,
): Promise<SweepHead | undefined> {
  const limits = config.max_failures
  const reached = limits && tooManyFailures(limits, failureCounts(head), head.resumedAt)
  if (reached === undefined || head.state !== 'running') return undefined
  const error = await commonReason(deps, key, head)
  const reason = `${reached}: its max_failures${error === undefined ? '' : `. The most frequent reason: ${error}`}`
  return moveSweep(deps, key, 'paused', reason.slice(0, MAX_REASON))
}

/** Finishes a sweep whose time is over; its running trials are stopped by their next heartbeat. True when its time is over. */
export async function finishAtTime(deps: LimitDeps, { record, head }: LoadedSweep): Promise<boolean> {
  const { max_seconds } = record.config
  const reason = max_seconds && sweepOverTime(max_seconds, record.createdAt, deps.clock.now())
  if (reason === undefined || (head.state !== 'running' && head.state !== 'paused')) return false
  await moveSweep(deps, record.key, 'finished', reason)
  return true
}

async function moveSweep(
  deps: LimitDeps,
  key: SweepKey,
  state: SweepState,
  reason: string,
): Promise<SweepHead | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const head = await deps.store.getHead(key)
    if (!head || !canMoveSweep(head.state, state)) return undefined
    const next: SweepHead = { ...head, state, reason, updatedAt: deps.clock.now(), rev: head.rev + 1 }
    if (await deps.store.replaceHead(key, next, 0)) return next
  }
  throw sweepBusy(key)
}

/** Among the failed ones of the latest trials. */
async function commonReason(
  deps: LimitDeps,
  key: SweepKey,
  { taken }: SweepHead,
): Promise<string | undefined> {
  const after = Math.max(0, taken - MAX_READ)
  const counts = new Map<string, number>()
  for (const { state, reason } of await deps.store.listTrials(key, { after, limit: MAX_READ }))
    if (reason !== undefined && (state === 'failed' || state === 'crashed'))
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}
