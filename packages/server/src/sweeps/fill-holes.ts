import { planTrials, trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../deps.ts'
import { changeLive } from '../runs/change-live.ts'
import { endedLive } from '../runs/end-run.ts'
import type { TrialRecord } from '../store/store.ts'
import type { LoadedSweep } from './load-sweep.ts'
import { newTrial, putTrial, runKeyOf, runOfTrial } from './make-trials.ts'
import { readHistory } from './observations.ts'
import { requeueTrial } from './requeue-trial.ts'
import { searchOf } from './search.ts'
import { settleTrial } from './settle-trial.ts'

type FillDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * Numbers that were taken by requests that died get the trial that they would have got, queued for whoever comes.
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
  const search = await searchOf(deps, record, head)
  const planned = holes.filter((number) => !chosen.has(number))
  const suggestions = planTrials(search, planned, await readHistory(deps, record.key, search))
  const now = deps.clock.now()
  for (const [at, number] of planned.entries()) {
    const suggestion = suggestions[at]
    if (!suggestion) continue
    const trial = newTrial(record.key, number, suggestion, { state: 'queued' }, now)
    if (await putTrial(deps, trial, { state: 'queued' }))
      await requeueTrial(deps, runOfTrial(trial, { state: 'queued' }).live, sweep)
  }
  for (const number of holes) if (chosen.has(number)) await dropEnqueued(deps, sweep, number)
  return holes.length
}

/**
 * An enqueue that died before it stored its parameters was never acknowledged: its number ends as killed, and if it had
 * reserved a point of a finite space, the point is given back.
 */
async function dropEnqueued(deps: FillDeps, sweep: LoadedSweep, number: number): Promise<void> {
  const { record } = sweep
  const why = 'the request that enqueued it was interrupted'
  const now = deps.clock.now()
  const suggestion = { params: {}, suggestedBy: { arm: 'enqueued', why } }
  const trial = newTrial(record.key, number, suggestion, { state: 'queued' }, now)
  if (!(await putTrial(deps, trial, { state: 'queued' }))) return
  const changed = await changeLive(deps, runKeyOf(trial), (live) => ({
    next: endedLive(live, { state: 'killed', attempt: live.attempt, now, reason: why }),
    answer: undefined,
  }))
  if (changed) await settleTrial(deps, changed.live, sweep)
  const head = await deps.store.getHead(record.key)
  if (!head) return
  const { limit: _, ...rest } = head
  const limit = trialLimit(await searchOf(deps, record, head), record.config.run_cap)
  // A lost race leaves the old limit, which is at most one place too low.
  await deps.store.replaceHead(
    record.key,
    { ...rest, ...(limit !== undefined && { limit }), rev: head.rev + 1 },
    0,
  )
}
