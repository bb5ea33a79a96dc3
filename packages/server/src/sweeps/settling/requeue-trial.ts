import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { dispatchedAgent, sendTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'

/** Makes a run that went back to the queue findable: the trial says so, then the next agent is told. Repeating it is harmless. */
export async function requeueTrial(
  deps: Pick<Deps, 'store' | 'queue' | 'clock'>,
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
  if (dispatchedAgent(record) === undefined) return deps.store.addWaiting(key, [number], deps.clock.now())
  // A paused sweep's trials are sent when it is resumed.
  const trial = head.state === 'paused' ? undefined : await deps.store.getTrial({ ...key, number })
  if (trial) await sendTrials(deps, record, [trial])
}
