import type { SweepKey } from '@chimney/core/schema/names'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { type EndState, isEnd } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, reachesTarget } from '@chimney/core/sweep/outcome'
import type { Deps } from '../../deps.ts'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive } from '../../store/runs.ts'
import type { BestTrial } from '../../store/sweeps.ts'
import { dispatchTrials } from '../handout/dispatch.ts'
import { endSweepIfOver } from '../handout/end-sweep.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { finishAtTarget } from './finish-at-target.ts'
import { missingOf } from './missing-value.ts'

type OutcomeDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>
type Outcome = ReturnType<typeof judgedOutcome>

/**
 * Records the end of a run in its sweep: closes the trial, offers the best, updates the counters; then dispatches the next trial
 * or ends the sweep. Safe to repeat and to run concurrently: only the call that closes the trial counts it.
 */
export async function recordOutcome(deps: OutcomeDeps, live: RunLive, loaded?: LoadedSweep): Promise<void> {
  const { state, sweep, number } = live
  if (sweep === undefined || number === undefined || !isEnd(state)) return
  const key = { entity: live.key.entity, project: live.key.project, sweep }
  const found = loaded ?? (await deps.store.getSweep(key))
  // Undefined when the sweep was deleted.
  if (!found) return
  const { record } = found
  const outcome = outcomeOf(live, state, record.config)
  if (state === 'finished' && reachesTarget(record.config, outcome))
    await finishAtTarget(deps, { ...key, number })
  const now = deps.clock.now()
  const missing = outcome.value === undefined ? missingOf(live, record.config) : undefined
  const reason =
    live.reason ?? (state === 'stopped' || state === 'killed' ? live.stop?.reason : undefined) ?? missing
  const before = await deps.store.closeTrial(
    { ...key, number },
    { state, attempt: live.endedBy ?? live.attempt, ...outcome, ...(reason !== undefined && { reason }) },
    now,
  )
  if (before === undefined) return
  // Before the counters, so that readers who see the trial counted also see it as the best.
  if (state === 'finished') await offerBest(deps, key, found.head.best, live, outcome)
  const replaced = isEnd(before) ? before : undefined
  const head = await deps.store.countEnded(key, state, replaced, now, missing)
  if (!head) return
  // A late result (`replaced`) stays in `waiting`, so that reconcile recounts the sweep: the sum of the counters does not change,
  // so a lost or doubled update would not show. After a crash the late result may have been added to `waiting` already.
  if (head.waiting.includes(number) && state !== 'crashed' && replaced === undefined)
    await deps.store.removeWaiting(key, [number])
  if (record.config.dispatch) await dispatchTrials(deps, record, head)
  await endSweepIfOver(deps, key, head)
}

const outcomeOf = (live: RunLive, state: EndState, config: SweepConfig): Outcome =>
  judgedOutcome(
    {
      state,
      summary: summaryOf(live),
      ...(live.rung !== undefined && { rung: live.rung }),
      ...(live.rungLoss !== undefined && { rungLoss: live.rungLoss }),
    },
    config,
  )

/** Skips an offer that cannot win: a lost conditional write costs as much as a won one. */
async function offerBest(
  deps: OutcomeDeps,
  key: SweepKey,
  best: BestTrial | undefined,
  live: RunLive,
  { value, loss, violation }: Outcome,
): Promise<void> {
  const number = live.number!
  if (value === undefined || loss === undefined || violation! > 0 || isBeaten(best, loss, number)) return
  await deps.store.offerBest(key, { number, run: live.key.run, value, loss })
}

/** The best only improves, so one that was read earlier is enough. Of equal losses the lower number wins. */
const isBeaten = (best: BestTrial | undefined, loss: number, number: number): boolean =>
  best !== undefined && (best.loss < loss || (best.loss === loss && best.number <= number))
