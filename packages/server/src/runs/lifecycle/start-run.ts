import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'
import { claimedLive, renewedLive, reopenedLive } from '../live/run-transitions.ts'

/** A repeated start within this time only changes the config: the lease is not renewed. */
const RECENT_MS = 30_000

/**
 * Records that the training process of a run has started, and renews its lease. An ended run without a trial is reopened under its
 * next attempt, so that its new rows replace the old ones from its first row on. An ended trial stays ended.
 */
export async function startRun(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  key: RunKey,
  known?: RunLive,
): Promise<RunLive> {
  const now = deps.clock.now()
  const changed = await changeLive(
    deps,
    key,
    (live) => ({ next: startedLive(deps, live, now), answer: undefined }),
    known,
  )
  if (!changed) throw runNotFound(key)
  return changed.live
}

function startedLive(deps: Pick<Deps, 'settings'>, live: RunLive, now: UnixMs): RunLive | undefined {
  if (isEnd(live.state)) return live.number === undefined ? reopenedLive(deps, live, now) : undefined
  // A person has undone the attempt before.
  if (live.state === 'queued' && (live.fence ?? 0) >= live.attempt && live.attempt > 0)
    return { ...claimedLive(deps, live, {}, live.attempt + 1, now), heard: true }
  if (live.heard && live.state === 'running' && now - (live.heartbeatAt ?? 0) < RECENT_MS) return undefined
  return {
    ...renewedLive(deps, live, now),
    // 0 for a queued trial that a user starts by hand.
    attempt: Math.max(1, live.attempt),
    heard: true,
    startedAt: live.startedAt ?? now,
  }
}
