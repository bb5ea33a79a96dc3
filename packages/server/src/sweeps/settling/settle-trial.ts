import { sweepPath, type TrialKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { judgedOutcome, reachesTarget } from '@chimney/core/sweep/outcome'
import type { Deps } from '../../deps.ts'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive } from '../../store/runs.ts'
import type { BestTrial, SweepHead } from '../../store/sweeps.ts'
import { dispatchTrials } from '../handout/dispatch.ts'
import { endSweepIfOver } from '../handout/end-sweep.ts'
import type { LoadedSweep } from '../load-sweep.ts'

/** A busy sweep hands out numbers between the reading and the writing of its head; so many misses in a row mean something else. */
const TRIES = 100

/**
 * Brings the end of a run to its sweep: the trial, the counters, the best, then the place of the trial goes to the next one, or
 * the sweep ends. May be repeated by anybody at any time: only the one that closes the trial counts it.
 */
export async function settleTrial(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  live: RunLive,
  loaded?: LoadedSweep,
): Promise<void> {
  const { state, sweep, number } = live
  if (sweep === undefined || number === undefined || !isEnd(state)) return
  const key = { entity: live.key.entity, project: live.key.project, sweep }
  const found = loaded ?? (await deps.store.getSweep(key))
  // A sweep that was deleted has nothing to be told.
  if (!found) return
  const { record, head: seen } = found
  const outcome = judgedOutcome(
    {
      state,
      summary: summaryOf(live),
      ...(live.rung !== undefined && { rung: live.rung }),
      ...(live.rungLoss !== undefined && { rungLoss: live.rungLoss }),
    },
    record.config,
  )
  if (state === 'finished' && reachesTarget(record.config, outcome))
    await finishAtTarget(deps, { ...key, number })
  const now = deps.clock.now()
  const reason = live.reason ?? (state === 'stopped' || state === 'killed' ? live.stop?.reason : undefined)
  const before = await deps.store.closeTrial(
    { ...key, number },
    { state, attempt: live.endedBy ?? live.attempt, ...outcome, ...(reason !== undefined && { reason }) },
    now,
  )
  if (before === undefined) return
  const late = isEnd(before) ? before : undefined
  const { value, loss, violation } = outcome
  // The best first: who sees the trial counted finds it there. Not when it cannot win: a lost offer costs as much as a won one.
  const mayWin = state === 'finished' && !(violation! > 0)
  if (value !== undefined && loss !== undefined && mayWin && !isBeaten(seen.best, loss, number))
    await deps.store.offerBest(key, { number, run: live.key.run, value, loss })
  const head = await deps.store.countEnded(key, state, late, now)
  if (!head) return
  // A late result stays announced, so that its sweep is counted again: its exchange leaves the sum alone, and nothing else
  // would tell that it was lost or doubled. After a crash it may have announced itself already.
  if (head.waiting.includes(number) && state !== 'crashed' && late === undefined)
    await deps.store.removeWaiting(key, [number])
  if (record.config.dispatch) await dispatchTrials(deps, record, head)
  await endSweepIfOver(deps, key, head)
}

/** The best only ever gets better, so a look at an older one settles it. Of equal losses the lower number is the better one. */
const isBeaten = (best: BestTrial | undefined, loss: number, number: number): boolean =>
  best !== undefined && (best.loss < loss || (best.loss === loss && best.number <= number))

/**
 * The metric's target was reached: no new trials, running ones end in peace. Before the trial is closed, so that whoever comes
 * after a death at this point does it; and not after it, since a person may have reopened the sweep meanwhile.
 */
async function finishAtTarget(deps: Pick<Deps, 'store' | 'clock'>, key: TrialKey): Promise<void> {
  const trial = await deps.store.getTrial(key)
  if (!trial || (isEnd(trial.state) && trial.state !== 'crashed')) return
  for (let tries = 0; tries < TRIES; tries++) {
    const head = await deps.store.getHead(key)
    if (head?.state !== 'running' && head?.state !== 'paused') return
    const next: SweepHead = { ...head, state: 'finished', updatedAt: deps.clock.now(), rev: head.rev + 1 }
    if (await deps.store.replaceHead(key, next, 0)) return
  }
  throw new Problem(
    'retryable',
    'sweep-busy',
    `too many writers at sweep ${sweepPath(key)}; send the request again`,
    { retryAfter: 1 },
  )
}
