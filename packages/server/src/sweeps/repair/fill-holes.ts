import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { planNumbers } from '../search/plan-numbers.ts'
import { requeueTrial } from '../settling/requeue-trial.ts'
import { newTrial, putTrial, runOfTrial } from '../trials/make-trials.ts'

type FillDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * Numbers that were taken by requests that died get the trial that they would have got, queued for whoever comes; enqueued
 * ones, of which nobody knows the parameters any more, end as killed.
 * `trials` are all there are above the settled ones. Answers how many were filled.
 */
export async function fillHoles(
  deps: FillDeps,
  sweep: LoadedSweep,
  trials: readonly TrialRecord[],
): Promise<number> {
  const { record, head } = sweep
  const present = new Set(trials.map((trial) => trial.key.number))
  const holes: number[] = []
  for (let number = head.settled + 1; number <= head.taken; number++)
    if (!present.has(number)) holes.push(number)
  const chosen = new Set(head.enqueued)
  const planned = holes.filter((number) => !chosen.has(number))
  // This closes the enqueued ones among them.
  const suggestions = await planNumbers(deps, record, head, planned)
  const now = deps.clock.now()
  for (const [at, number] of planned.entries()) {
    const suggestion = suggestions[at]
    if (!suggestion) continue
    const trial = newTrial(record.key, number, suggestion, { state: 'queued' }, now)
    if ((await putTrial(deps, trial, { state: 'queued' })) === 'both')
      await requeueTrial(deps, runOfTrial(trial, { state: 'queued' }).live, sweep)
  }
  return holes.length
}
