import type { SweepKey } from '@chimney/core/schema/names'
import { type EndState, isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { hasEnded } from '../load-sweep.ts'
import { recordOutcome } from '../outcomes/record-outcome.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { END_STATES, endedTotal, NONE_ENDED } from '../trials/trial-counts.ts'

type RepairDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * Recounts the trials when an increment was lost or applied twice, and offers the best trial again. A running sweep is recounted
 * when the sum of its counters is wrong; an ended one in any case, since two errors may cancel out. Waits until no trial has
 * ended within the grace period: the request that closed a trial counts it next. True when all trials have ended and the
 * counters are right.
 */
export async function repairCounters(
  deps: RepairDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
  graceMs: number,
): Promise<boolean> {
  const head = await deps.store.getHead(key)
  if (!head) return false
  const open = trials.filter((trial) => !isEnd(trial.state)).length
  if (!hasEnded(head) && head.taken - endedTotal(head.ended) === open) return false
  const all = await readTrials(deps, key)
  const quietSince = deps.clock.now() - graceMs
  if (all.length !== head.taken || all.some((trial) => isEnd(trial.state) && trial.updatedAt > quietSince))
    return false
  const ended: Record<EndState, number> = { ...NONE_ENDED }
  for (const { state } of all) if (isEnd(state)) ended[state]++
  await repairBest(deps, head, all)
  const right = END_STATES.every((state) => ended[state] === head.ended[state])
  return (right || (await deps.store.recount(key, head, ended))) && endedTotal(ended) === head.taken
}

async function repairBest(deps: RepairDeps, head: SweepHead, trials: readonly TrialRecord[]): Promise<void> {
  let best = head.best
  for (const { key, run, state, value, loss, violation } of trials) {
    if (state !== 'finished' || value === undefined || loss === undefined || violation! > 0) continue
    if (best && (loss > best.loss || (loss === best.loss && key.number >= best.number))) continue
    best = { number: key.number, run, value, loss }
  }
  if (best && best !== head.best && trials[0]) await deps.store.offerBest(trials[0].key, best)
}

/**
 * Removes numbers of ended trials from `waiting`, and records late results whose request died half-way. Only safe while the head
 * is quiet: a late result adds its number to `waiting` before it is written.
 */
export async function repairWaiting(
  deps: RepairDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
): Promise<void> {
  const head = await deps.store.getHead(key)
  if (!head) return
  const more = await readMoreWaiting(deps, key, head)
  const waiting = [...head.waiting, ...more]
  if (waiting.length === 0) return
  const known = new Map(trials.map((trial) => [trial.key.number, trial]))
  const ended: TrialRecord[] = []
  for (const number of waiting) {
    const trial = known.get(number) ?? (await deps.store.getTrial({ ...key, number }))
    if (trial && isEnd(trial.state)) ended.push(trial)
  }
  if (ended.length === 0) return
  const lives = await deps.store.getLives(ended.map(runKeyOf))
  for (const live of lives) if (live && isEnd(live.state)) await recordOutcome(deps, live)
  const numbers = new Set(ended.map((trial) => trial.key.number))
  await deps.store.removeWaiting(
    key,
    head.waiting.filter((number) => numbers.has(number)),
  )
  await deps.store.removeMoreWaiting(
    key,
    more.filter((number) => numbers.has(number)),
  )
}

/** The waiting numbers that the head has no room for. Removes its mark when there are none. */
export async function readMoreWaiting(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  { moreWaiting }: SweepHead,
): Promise<readonly number[]> {
  if (moreWaiting === undefined) return []
  const numbers = await deps.store.listMoreWaiting(key, 'all')
  if (numbers.length === 0) await deps.store.endMoreWaiting(key, moreWaiting)
  return numbers
}
