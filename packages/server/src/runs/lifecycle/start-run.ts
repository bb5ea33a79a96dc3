import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { renewed } from '../history/report-metrics.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'
import { pastWith } from '../live/past-attempts.ts'

/**
 * The training process of a run says that it is there: its lease begins anew. A run outside sweeps that had ended is running
 * again, under its next attempt, so that what it logs from its first line on replaces what was there from that line on. A
 * trial that has ended stays ended.
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
    (live) => ({ next: started(deps, live, now), answer: undefined }),
    known,
  )
  if (!changed) throw runNotFound(key)
  return changed.live
}

/** A process that says so again within so many milliseconds has only changed its config. */
const RECENT_MS = 30_000

function started(deps: Pick<Deps, 'settings'>, live: RunLive, now: number): RunLive | undefined {
  if (isEnd(live.state)) return live.number === undefined ? reopened(deps, live, now) : undefined
  if (live.heard && live.state === 'running' && now - (live.heartbeatAt ?? 0) < RECENT_MS) return undefined
  // A queued trial that a person starts by hand begins its first attempt.
  return {
    ...renewed(deps, live, now),
    attempt: Math.max(1, live.attempt),
    heard: true,
    startedAt: live.startedAt ?? now,
  }
}

/** A run that is begun once more, under its next attempt. */
export function reopened(deps: Pick<Deps, 'settings'>, live: RunLive, now: number): RunLive {
  const {
    endedAt: _,
    endedBy: __,
    reason: ___,
    exitCode: ____,
    stop: _____,
    preempting: ______,
    ...rest
  } = live
  return {
    ...rest,
    ...pastWith(live),
    claimedAt: now,
    state: 'running',
    attempt: live.attempt + 1,
    heard: true,
    heartbeatAt: now,
    leaseUntil: now + deps.settings.leaseSeconds * 1000,
  }
}
