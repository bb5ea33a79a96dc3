import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { settleTrial } from '../../sweeps/settling/settle-trial.ts'
import { changeLive } from '../live/change-live.ts'
import { endedLive } from '../live/end-run.ts'

/**
 * A person wants the run to stop: a running one is told so in the next answer to its agent, a queued one ends at once.
 * Undefined when there is no such run; one that has ended stays as it is, and with `onlyQueued` one that has begun, too.
 */
export async function stopRun(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  key: RunKey,
  reason: string,
  options: { readonly onlyQueued?: boolean } = {},
): Promise<RunLive | undefined> {
  const now = deps.clock.now()
  const changed = await changeLive(deps, key, (live) => {
    if (isEnd(live.state) || live.stop?.by === 'person') return { answer: undefined }
    if (options.onlyQueued && live.state !== 'queued') return { answer: undefined }
    const told: RunLive = { ...live, stop: { reason, by: 'person' } }
    return {
      next:
        live.state === 'queued'
          ? endedLive(told, { state: 'killed', attempt: live.attempt, now, reason })
          : told,
      answer: undefined,
    }
  })
  if (changed && isEnd(changed.live.state)) await settleTrial(deps, changed.live)
  return changed?.live
}
