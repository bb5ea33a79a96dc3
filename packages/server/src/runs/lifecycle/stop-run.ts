import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { recordOutcome } from '../../sweeps/outcomes/record-outcome.ts'
import { changeLive } from '../live/change-live.ts'
import { endedLive } from '../live/run-transitions.ts'

/**
 * Stops a run on a user's request: a running one gets `stop` in the next answer to its agent, a queued one ends at once. A run
 * that has ended does not change, nor one that has started if `onlyQueued` is set. Undefined when there is no such run.
 */
export async function stopRun(
  deps: Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>,
  key: RunKey,
  reason: string,
  options: { readonly onlyQueued?: boolean } = {},
): Promise<RunLive | undefined> {
  const now = deps.clock.now()
  const changed = await changeLive(deps, key, (live) => {
    if (isEnd(live.state) || live.stop?.by === 'person') return { answer: undefined }
    if (options.onlyQueued && live.state !== 'queued') return { answer: undefined }
    const stopped: RunLive = { ...live, stop: { reason, by: 'person' } }
    return {
      next:
        live.state === 'queued'
          ? endedLive(stopped, { state: 'killed', attempt: live.attempt, now, reason })
          : stopped,
      answer: undefined,
    }
  })
  if (changed && isEnd(changed.live.state)) await recordOutcome(deps, changed.live)
  return changed?.live
}
