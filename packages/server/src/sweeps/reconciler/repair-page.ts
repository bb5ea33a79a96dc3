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

/** Live halves that are held at a time: each holds the summary of its run. */
const LIVES = 100

/**
 * Repairs the trials of these numbers (ascending, of one page): creates missing ones, makes open ones consistent with their runs,
 * and applies the end of the sweep to them. Returns the trials as they are then.
 */
export async function repairPage(
  deps: RepairDeps,
  sweep: LoadedSweep,
  numbers: readonly number[],
  { quiet, ...options }: RepairOptions & { readonly quiet: boolean },
  report: RepairReport,
): Promise<readonly TrialRecord[]> {
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
  let changed = false
  for (let at = 0; at < open.length; at += LIVES)
    if (await repairOpen(deps, sweep, open.slice(at, at + LIVES), options, report)) changed = true
  return changed ? readNumbers(deps, key, numbers) : trials
}

/** True when a trial may have changed. */
async function repairOpen(
  deps: RepairDeps,
  sweep: LoadedSweep,
  open: readonly TrialRecord[],
  options: RepairOptions,
  report: RepairReport,
): Promise<boolean> {
  const lives = await deps.store.getLives(open.map(runKeyOf))
  let changed = false
  for (const [i, trial] of open.entries()) {
    const repair = await repairTrial(deps, sweep, trial, lives[i], options)
    if (!repair) continue
    report[repair]++
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
