import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive } from '../live/change-live.ts'
import { endedLive } from '../live/run-transitions.ts'

/** Ends a run as killed; its agent gets `stop` in the answer to its next heartbeat or report. Undefined when there is no such run. */
export async function killRun(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  reason: string,
): Promise<RunLive | undefined> {
  const now = deps.clock.now()
  const changed = await changeLive(deps, key, (live) =>
    isEnd(live.state)
      ? { answer: undefined }
      : { next: endedLive(live, { state: 'killed', attempt: live.attempt, now, reason }), answer: undefined },
  )
  return changed?.live
}
