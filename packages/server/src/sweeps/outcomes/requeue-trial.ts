import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { agentFunctionOf, nowOrLater, sendTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'

/** Makes the trial of a requeued run available to agents. Safe to repeat. */
export async function requeueTrial(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'onFailure'>,
  live: RunLive,
  loaded?: LoadedSweep,
): Promise<void> {
  const { sweep, number, attempt } = live
  if (sweep === undefined || number === undefined) return
  const key = { entity: live.key.entity, project: live.key.project, sweep }
  const { record, head } = loaded ?? (await deps.store.getSweep(key)) ?? {}
  if (!record || !head) return
  if (!(await deps.store.moveTrial({ ...key, number }, { state: 'queued', attempt }, deps.clock.now())))
    return
  if (agentFunctionOf(record) === undefined) return deps.store.addWaiting(key, [number], deps.clock.now())
  // Trials of a paused sweep are sent when it is resumed.
  const trial = head.state === 'paused' ? undefined : await deps.store.getTrial({ ...key, number })
  if (trial) await nowOrLater(deps, record, () => sendTrials(deps, record, [trial]))
}
