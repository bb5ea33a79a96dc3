import type { Deps } from '../../deps.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { requeueTrial } from '../outcomes/requeue-trial.ts'
import { planNumbers } from '../search/plan-numbers.ts'
import { newTrial, putTrial, runOfTrial } from '../trials/create-trials.ts'
import { enqueuedTrial } from '../trials/enqueued-trial.ts'

/**
 * Creates the trials of numbers whose request died before it created them, queued and with the parameters that they would have
 * had. Enqueued numbers, whose parameters are lost, end as killed. `missing` ascending.
 */
export async function createMissingTrials(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  sweep: LoadedSweep,
  missing: readonly number[],
): Promise<void> {
  const { record, head } = sweep
  const enqueued = new Set(head.enqueued)
  const planned = missing.filter((number) => !enqueued.has(number))
  for (const number of missing) if (enqueued.has(number)) await enqueuedTrial(deps, record.key, number)
  const suggestions = await planNumbers(deps, record, head, planned)
  const now = deps.clock.now()
  for (const [i, number] of planned.entries()) {
    const suggestion = suggestions[i]
    if (!suggestion) continue
    const trial = newTrial(record.key, number, suggestion, { state: 'queued' }, now)
    if ((await putTrial(deps, trial, { state: 'queued' })) === 'both')
      await requeueTrial(deps, runOfTrial(trial, { state: 'queued' }).live, sweep)
  }
}
