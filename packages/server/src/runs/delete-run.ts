import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../deps.ts'
import { settleTrial } from '../sweeps/settle-trial.ts'
import { changeLive, runNotFound } from './change-live.ts'
import { endedLive } from './end-run.ts'

/**
 * Deletes a run with its history. A trial's run ends as killed first, so that its sweep goes on; the trial stays in the sweep's
 * list, since its number was handed out.
 */
export async function deleteRun(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  key: RunKey,
): Promise<void> {
  const now = deps.clock.now()
  const reason = 'the run was deleted'
  const changed = await changeLive(deps, key, (live) =>
    isEnd(live.state)
      ? { answer: undefined }
      : { next: endedLive(live, { state: 'killed', attempt: live.attempt, now, reason }), answer: undefined },
  )
  if (!changed) throw runNotFound(key)
  // A sweep that is gone has nothing to be told.
  const { sweep } = changed.live
  const loaded =
    sweep === undefined
      ? undefined
      : await deps.store.getSweep({ entity: key.entity, project: key.project, sweep })
  if (loaded) await settleTrial(deps, changed.live, loaded)
  await deps.store.deleteRun(key)
}
