import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { inParallel } from '../../in-parallel.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { stopTrials } from '../lifecycle/apply-sweep-state.ts'
import { hasEnded, type LoadedSweep } from '../load-sweep.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { rangesOf } from '../trials/number-ranges.ts'
import { createMissingTrials } from './create-missing-trials.ts'
import type { RepairDeps, RepairOptions } from './repair-options.ts'
import type { RepairReport } from './repair-report.ts'
import { repairTrial } from './repair-trial.ts'

interface RepairedPage {
  /** As they are after the repair. */
  readonly trials: readonly TrialRecord[]
  /** Those whose agent was found to be lost, as they were before. */
  readonly lost: readonly TrialRecord[]
}

/** Live halves that are held at a time: each holds the summary of its run. */
const LIVES = 100

/**
 * Repairs the trials of these numbers (ascending, of one page): creates missing ones, makes open ones consistent with their runs,
 * and applies the end of the sweep to them.
 */
export async function repairPage(
  deps: RepairDeps,
  sweep: LoadedSweep,
  numbers: readonly number[],
  { quiet, ...options }: RepairOptions & { readonly quiet: boolean },
  report: RepairReport,
): Promise<RepairedPage> {
  const { key } = sweep.record
  let trials = await readNumbers(deps, key, numbers)
  if (quiet && trials.length < numbers.length) {
    const present = new Set(trials.map((trial) => trial.key.number))
    const missing = numbers.filter((number) => !present.has(number))
    await createMissingTrials(deps, sweep, missing)
    report.filled += missing.length
    trials = await readNumbers(deps, key, numbers)
  }
  const open = trials.filter(({ state }) => !isEnd(state))
  const lost: TrialRecord[] = []
  let changed = false
  for (let at = 0; at < open.length; at += LIVES)
    if (await repairOpen(deps, sweep, open.slice(at, at + LIVES), options, report, lost)) changed = true
  return { trials: changed ? await readNumbers(deps, key, numbers) : trials, lost }
}

/** True when a trial may have changed. Adds to `lost`. */
async function repairOpen(
  deps: RepairDeps,
  sweep: LoadedSweep,
  open: readonly TrialRecord[],
  options: RepairOptions,
  report: RepairReport,
  lost: TrialRecord[],
): Promise<boolean> {
  const lives = await deps.store.getLives(open.map(runKeyOf))
  let changed = false
  for (const [i, trial] of open.entries()) {
    const repair = await repairTrial(deps, sweep, trial, lives[i], options)
    if (!repair) continue
    report[repair]++
    // Not one that was asked to stop, or whose machine was reclaimed.
    if (repair === 'expired' && !lives[i]?.stop && !lives[i]?.preempting) lost.push(trial)
    changed = true
  }
  if (!hasEnded(sweep.head)) return changed
  // One that was asked to stop ends when its agent or its lease does.
  const stoppable = open.filter((_, i) => lives[i]?.stop?.by !== 'person')
  return (await stopTrials(deps, sweep.head.state, stoppable)) || changed
}

async function readNumbers(
  deps: Pick<RepairDeps, 'store'>,
  key: SweepKey,
  numbers: readonly number[],
): Promise<readonly TrialRecord[]> {
  const wanted = new Set(numbers)
  const trials: TrialRecord[] = []
  await inParallel(rangesOf(numbers, numbers.length), async ({ from, to }) => {
    const read = await deps.store.listTrials(key, { after: from - 1, upTo: to, limit: to - from + 1 })
    trials.push(...read.filter((trial) => wanted.has(trial.key.number)))
  })
  return trials.sort((a, b) => a.key.number - b.key.number)
}
