import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { dispatchTrials } from '../handout/dispatch.ts'
import { endSweepIfOver } from '../handout/end-sweep.ts'
import { applySweepState } from '../lifecycle/apply-sweep-state.ts'
import { hasEnded, type LoadedSweep } from '../load-sweep.ts'
import { repairTrialLimit } from '../search/repair-trial-limit.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { cacheTrialPages } from '../trials/trial-pages.ts'
import { createMissingTrials } from './create-missing-trials.ts'
import type { ReconcileReport } from './reconcile-report.ts'
import { readMoreWaiting, repairCounters, repairWaiting } from './repair-counters.ts'
import { type GracePeriods, repairTrial } from './repair-trial.ts'

type ReconcileDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings'>

/** Repairs one sweep: its trials, its state and limit, its counters; then dispatches trials or ends it. */
export async function reconcileSweep(
  deps: ReconcileDeps,
  key: SweepKey,
  periods: GracePeriods,
  report: ReconcileReport,
): Promise<void> {
  const found = await deps.store.getSweep(key)
  // The index of open sweeps is eventually consistent: it may list a deleted sweep.
  if (!found) return
  report.sweeps++
  const waiting = [...found.head.waiting, ...(await readMoreWaiting(deps, key, found.head))]
  const sweep = { ...found, head: { ...found.head, waiting } }
  const { head } = sweep
  const quiet = deps.clock.now() - head.updatedAt >= periods.graceMs
  let trials = await readTrials(deps, key, head.settled)
  if (quiet && trials.length < head.taken - head.settled) {
    report.filled += await createMissingTrials(deps, sweep, trials)
    trials = await readTrials(deps, key, head.settled)
  }
  await repairOpenTrials(deps, sweep, trials, periods, report)
  if (hasEnded(head)) await applySweepState(deps, sweep)
  else await repairTrialLimit(deps, key)
  trials = await readTrials(deps, key, head.settled)
  const settled = await moveSettled(deps, key, trials)
  if (quiet) {
    await repairWaiting(deps, key, trials)
    // An ended sweep stays listed as open until its counters are right.
    if (await repairCounters(deps, key, trials, periods.graceMs)) await deps.store.closeSweep(key)
  }
  const current = await deps.store.getSweep(key)
  if (!current) return
  report.sent += await dispatchTrials(deps, current.record, current.head)
  if (await endSweepIfOver(deps, key, current.head)) report.ended++
  await cacheTrialPages(deps, sweep, settled)
}

async function repairOpenTrials(
  deps: ReconcileDeps,
  sweep: LoadedSweep,
  trials: readonly TrialRecord[],
  periods: GracePeriods,
  report: ReconcileReport,
): Promise<void> {
  const open = trials.filter((trial) => !isEnd(trial.state))
  const lives = await deps.store.getLives(open.map(runKeyOf))
  for (const [i, trial] of open.entries()) {
    const repair = await repairTrial(deps, sweep, trial, lives[i], periods)
    if (repair) report[repair]++
  }
}

/** Moves `settled` up to the first open trial, so that the next run starts there. Returns it. */
async function moveSettled(
  deps: ReconcileDeps,
  key: SweepKey,
  trials: readonly TrialRecord[],
): Promise<number> {
  const head = await deps.store.getHead(key)
  if (!head) return 0
  let settled = head.settled
  for (const trial of trials) {
    if (trial.key.number <= settled) continue
    if (trial.key.number !== settled + 1 || !isEnd(trial.state)) break
    settled++
  }
  if (settled > head.settled) await deps.store.replaceHead(key, { ...head, settled, rev: head.rev + 1 }, 0)
  return settled
}
