import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive } from '../live/change-live.ts'
import { endedLive } from '../live/end-run.ts'

/** Ends a run here and now; its agent hears of it at its next sign of life. Undefined when there is no such run. */
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
