import type { SweepKey } from '@chimney/core/schema/names'
import { type EndState, isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { settleTrial } from '../settling/settle-trial.ts'
import { runKeyOf } from '../trials/make-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { END_STATES, endedTotal, NONE_ENDED } from '../trials/trial-counts.ts'

type MendDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * An increment that was lost, or doubled by a retry on the wire, is found by counting; so is the best trial, which is offered
 * between the closing of a trial and its counting. A wrong sum tells at once; once a sweep has ended its trials are counted in
 * any case, since two mistakes may hide each other. Only while all is quiet: who closed a trial a moment ago is about to count
 * it. True when all trials have ended and the counters are theirs.
 */
export async function mendCounters(
  deps: MendDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
  graceMs: number,
): Promise<boolean> {
  const head = await deps.store.getHead(key)
  if (!head) return false
  const open = trials.filter((trial) => !isEnd(trial.state)).length
  const over = head.state === 'finished' || head.state === 'cancelled'
  if (!over && head.taken - endedTotal(head.ended) === open) return false
  const all = await readTrials(deps, key)
  const quietSince = deps.clock.now() - graceMs
  if (all.length !== head.taken || all.some((trial) => isEnd(trial.state) && trial.updatedAt > quietSince))
    return false
  const ended: Record<EndState, number> = { ...NONE_ENDED }
  for (const { state } of all) if (isEnd(state)) ended[state]++
  await mendBest(deps, head, all)
  const right = END_STATES.every((state) => ended[state] === head.ended[state])
  return (right || (await deps.store.recount(key, head, ended))) && endedTotal(ended) === head.taken
}

async function mendBest(deps: MendDeps, head: SweepHead, trials: readonly TrialRecord[]): Promise<void> {
  let best = head.best
  for (const { key, run, state, value, loss, violation } of trials) {
    if (state !== 'finished' || value === undefined || loss === undefined || violation! > 0) continue
    if (best && (loss > best.loss || (loss === best.loss && key.number >= best.number))) continue
    best = { number: key.number, run, value, loss }
  }
  if (best && best !== head.best && trials[0]) await deps.store.offerBest(trials[0].key, best)
}

/**
 * Numbers that wait although their trial has ended: hints that nobody took away, and late results whose request died on the
 * way to the sweep. To be asked only while the head is quiet, since a late result announces itself there before it is written.
 */
export async function clearWaiting(
  deps: MendDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
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
  const numbers = ended.map((trial) => trial.key.number)
  await deps.store.removeWaiting(key, numbers)
}
