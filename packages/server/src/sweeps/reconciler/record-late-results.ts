import { isEnd } from '@chimney/core/sweep/lifecycle'
import { reopenSweep } from '../amendments/reopen-sweep.ts'
import { recordOutcome } from '../outcomes/record-outcome.ts'
import { amendTrial } from '../results/settle-amendment.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { settleTrials } from '../trials/settle-trials.ts'
import { removeWaiting } from './more-waiting.ts'
import { isOver, type OpenRepair, saveProgress } from './open-repair.ts'
import type { RepairDeps, RepairOptions } from './repair-options.ts'
import { repairPage } from './repair-page.ts'
import { numbersOfPage, openNumbersOf, pageOf, withPage } from './repair-progress.ts'
import type { RepairReport } from './repair-report.ts'

/**
 * Removes numbers of ended trials from `waiting`, and records late results and amendments whose request died half-way. Such a result may have
 * replaced a crash that was counted, so the page of the trial is counted again. Only safe while the head is quiet: a late result
 * adds its number to `waiting` before it is written. Returns `continue` when the time is over.
 */
export async function recordLateResults(
  deps: RepairDeps,
  repair: OpenRepair,
  options: RepairOptions,
  report: RepairReport,
): Promise<'done' | 'continue' | 'overtaken'> {
  const { record, head } = repair.sweep
  const open = openNumbersOf(repair.progress)
  const byPage = new Map<number, number[]>()
  for (const number of head.waiting) {
    if (number > repair.progress.scanned || open.has(number)) continue
    const page = pageOf(repair.progress, number)
    byPage.set(page, [...(byPage.get(page) ?? []), number])
  }
  const recorded: number[] = []
  let rest = false
  let hasAmended = false
  for (const [page, numbers] of byPage) {
    rest = recorded.length > 0 && isOver(deps, repair)
    if (rest) break
    for (const number of numbers) {
      const end = await recordEnd(deps, repair, number)
      if (end !== 'requeued') recorded.push(number)
      if (end !== 'recorded') hasAmended = true
    }
    // What was read belongs to the head from before the amendment: the next repair reads all trials again.
    if (hasAmended) break
    const all = numbersOfPage(repair.progress, page)
    const { trials } = await repairPage(deps, repair.sweep, all, { ...options, quiet: true }, report)
    repair.progress = withPage(repair.progress, page, all, trials, 'recount')
  }
  // Before the numbers are removed: they are the only sign that the page must be counted again.
  if (!(await saveProgress(deps, repair))) return 'overtaken'
  // A late result may have added its number again since the page was read. After an amendment all pages are read again anyway.
  const removed = await removeWaiting(deps, record.key, head, recorded, hasAmended ? undefined : 'unchanged')
  if (hasAmended || !removed) return 'overtaken'
  return rest ? 'continue' : 'done'
}

/** Repeats what the request that ended or amended the run may not have done. */
async function recordEnd(
  deps: RepairDeps,
  { sweep: { record } }: OpenRepair,
  number: number,
): Promise<'requeued' | 'amended' | 'recorded'> {
  const trial = await deps.store.getTrial({ ...record.key, number })
  const live = trial && (await deps.store.getLive(runKeyOf(trial)))
  if (!live) return 'recorded'
  const amended = live.amended === undefined ? undefined : await amendTrial(deps, live, record)
  if (amended) {
    await settleTrials(deps, record.key, [amended.trial])
    if (!isEnd(amended.trial.state)) {
      await reopenSweep(deps, record.key, number)
      return 'requeued'
    }
  }
  if (isEnd(live.state)) await recordOutcome(deps, live)
  // The request of a late result may have died before it computed the mean of its point again.
  const changesMean = !amended && record.config.replicates !== undefined && isEnd(live.state)
  if (changesMean) await settleTrials(deps, record.key, [trial])
  return amended || changesMean ? 'amended' : 'recorded'
}
