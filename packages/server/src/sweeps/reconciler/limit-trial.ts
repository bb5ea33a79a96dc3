import { changeLive } from '../../runs/live/change-live.ts'
import { endedLive } from '../../runs/live/run-transitions.ts'
import { timeLimitStop } from '../../runs/live/time-limit.ts'
import type { RunLive } from '../../store/runs.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { recordOutcome } from '../outcomes/record-outcome.ts'
import type { RepairDeps } from './repair-options.ts'

/** Requests a running trial whose time is over to stop. One that goes on for a lease after that is ended: then true. */
export async function limitTrial(
  deps: Pick<RepairDeps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  sweep: LoadedSweep,
  known: RunLive,
): Promise<boolean> {
  const { config, createdAt } = sweep.record
  const { max_seconds } = config
  if (!max_seconds) return false
  const now = deps.clock.now()
  const leaseMs = deps.settings.leaseSeconds * 1000
  const changed = await changeLive(
    deps,
    known.key,
    (live) => {
      const { attempt, stop } = live
      const requested = timeLimitStop(live, { maxSeconds: max_seconds, createdAt }, now)
      if (requested) return { next: { ...live, stop: requested }, answer: false }
      if (live.state !== 'running' || stop?.at === undefined || now < stop.at + leaseMs)
        return { answer: false }
      const reason = `${stop.reason}; it went on after the stop request`
      return { next: endedLive(live, { state: 'stopped', attempt, now, reason }), answer: true }
    },
    known,
  )
  if (!changed?.answer) return false
  await recordOutcome(deps, changed.live, sweep)
  return true
}
