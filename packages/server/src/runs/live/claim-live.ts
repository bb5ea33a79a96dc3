import type { RunKey } from '@chimney/core/schema/names'
import { type Claim, claim } from '@chimney/core/sweep/attempt'
import { NO_PROGRESS } from '@chimney/core/sweep/observe'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive } from './change-live.ts'
import { pastWith } from './past-attempts.ts'

/** Who claims: a name for people, and a token by which the same request, sent again, finds its own claim. */
export interface Claimant {
  readonly agent?: string
  readonly claimedBy?: string
}

/** Begins the next attempt at a queued run, or finds that this request has. Undefined when there is no such run. */
export function claimLive(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  key: RunKey,
  by: Claimant,
  known?: { readonly attempt: number; readonly live: RunLive },
): Promise<{ live: RunLive; answer: Claim } | undefined> {
  const now = deps.clock.now()
  const leaseUntil = now + deps.settings.leaseSeconds * 1000
  return changeLive<Claim>(
    deps,
    { entity: key.entity, project: key.project, run: key.run },
    (live) => {
      const decision = claim(live, { by: by.claimedBy, ...(known && { attempt: known.attempt }) })
      if (!decision.ok || decision.repeated) return { answer: decision }
      return { next: claimedLive(live, decision.attempt, by, now, leaseUntil), answer: decision }
    },
    known?.live,
  )
}

/** The live half as a new attempt begins: what follows the metrics starts over. */
function claimedLive(live: RunLive, attempt: number, by: Claimant, now: UnixMs, leaseUntil: UnixMs): RunLive {
  const { bestLoss: _, rung: __, rungLoss: ___, agent: ____, claimedBy: _____, ...kept } = live
  const {
    improvedLoss: ______,
    improvedAt: _______,
    trend: ________,
    heard: _________,
    preempting: __________,
    released: ___________,
    ...rest
  } = kept
  return {
    ...rest,
    ...NO_PROGRESS,
    ...pastWith(live),
    ...(live.attempt > 0 && { claimedAt: now }),
    ...by,
    state: 'running',
    attempt,
    summary: '{}',
    leaseUntil,
    startedAt: live.startedAt ?? now,
    heartbeatAt: now,
  }
}
