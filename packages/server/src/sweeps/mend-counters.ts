import type { SweepKey } from '@chimney/core/schema/names'
import { type EndState, isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../deps.ts'
import type { TrialRecord } from '../store/store.ts'
import { endedTotal, NONE_ENDED } from './end-sweep.ts'
import { runKeyOf } from './make-trials.ts'
import { readTrials } from './observations.ts'
import { settleTrial } from './settle-trial.ts'

type MendDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * An increment that was lost, or doubled by a retry on the wire, is found by counting; so is the best trial, which is offered
 * between the closing of a trial and its counting. Only while all is quiet: who closed a trial a moment ago is about to count
 * it. `due` when there is another reason to count than a wrong sum. False when it has to wait.
 */
export async function mendCounters(
  deps: MendDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
  options: { readonly graceMs: number; readonly due: boolean },
): Promise<boolean> {
  const head = await deps.store.getHead(key)
  const open = trials.filter((trial) => !isEnd(trial.state)).length
  if (!head) return true
  if (!options.due && head.taken - endedTotal(head.ended) === open) return true
  const all = await readTrials(deps, key)
  const quietSince = deps.clock.now() - options.graceMs
  if (all.length !== head.taken || all.some((trial) => isEnd(trial.state) && trial.updatedAt > quietSince))
    return false
  const ended: Record<EndState, number> = { ...NONE_ENDED }
  for (const { state } of all) if (isEnd(state)) ended[state]++
  for (const { key: at, run, state, value, loss } of all)
    if (
      state === 'finished' &&
      value !== undefined &&
      loss !== undefined &&
      loss <= (head.best?.loss ?? loss)
    )
      await deps.store.offerBest(key, { number: at.number, run, value, loss })
  return deps.store.recount(key, head, ended)
}

/**
 * Numbers that wait although their trial has ended: hints that nobody took away, and late results whose request died on the
 * way to the sweep. To be asked only while the head is quiet, since a late result announces itself there before it is written.
 */
export async function clearWaiting(
  deps: MendDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
  graceMs: number,
): Promise<void> {
  const head = await deps.store.getHead(key)
  if (!head || head.waiting.length === 0) return
  const known = new Map(trials.map((trial) => [trial.key.number, trial]))
  const ended: TrialRecord[] = []
  for (const number of head.waiting) {
    const trial = known.get(number) ?? (await deps.store.getTrial({ ...key, number }))
    if (trial && isEnd(trial.state)) ended.push(trial)
  }
  if (ended.length === 0) return
  const lives = await deps.store.getLives(ended.map(runKeyOf))
  for (const live of lives) if (live && isEnd(live.state)) await settleTrial(deps, live)
  if (await mendCounters(deps, key, trials, { graceMs, due: true }))
    await deps.store.removeWaiting(
      key,
      ended.map((trial) => trial.key.number),
    )
}
