import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { dispatchTrials } from '../handout/dispatch.ts'
import { endSweepIfOver } from '../handout/end-sweep.ts'
import { finishAtTime } from '../handout/limit-sweep.ts'
import { hasEnded } from '../load-sweep.ts'
import { repairTrialLimit } from '../search/repair-trial-limit.ts'
import { findBest } from '../trials/find-best.ts'
import { cacheTrialPage, TRIALS_PER_PAGE } from '../trials/trial-pages.ts'

import { announceSweep, noteTrials } from './announce-sweep.ts'
import { withMoreWaiting } from './more-waiting.ts'
import {
  type Continuation,
  continueAt,
  isOver,
  type OpenRepair,
  openRepair,
  saveProgress,
} from './open-repair.ts'
import { recordLateResults } from './record-late-results.ts'
import { repairCounters } from './repair-counters.ts'
import type { RepairDeps, RepairOptions } from './repair-options.ts'
import { repairPage } from './repair-page.ts'
import { hasOpen, numbersToRead, pagesToRead, settledOf, withPage } from './repair-progress.ts'
import { type RepairReport, repairError } from './repair-report.ts'

/**
 * Repairs one sweep: its trials, its state and limit, its counters; then dispatches trials or ends it. Reads the trials that were
 * open at the last repair and those that were taken since, page by page. When the time is over, a message continues it.
 */
export async function repairSweep(
  deps: RepairDeps,
  key: SweepKey,
  at: Continuation | undefined,
  options: RepairOptions,
  report: RepairReport,
): Promise<void> {
  // The head before the progress: what another repair has removed from `waiting`, it has stored in the progress before.
  const found = await deps.store.getSweep(key)
  const sweep = found && (await withMoreWaiting(deps, found))
  // The index of open sweeps is eventually consistent: it may list a deleted sweep.
  const repair = sweep && (await openRepair(deps, sweep, at, options))
  if (!repair) return
  report.sweeps++
  await finishAtTime(deps, sweep)
  const next = await repairPages(deps, repair, at?.from ?? 0, options, report)
  // Before the progress is stored: what was not announced is read again.
  await announceSweep(deps, repair)
  if (next !== undefined) return continueAt(deps, repair, next, report)
  if (await saveProgress(deps, repair)) await complete(deps, repair, options, report)
}

/** Returns the page to continue at when the time is over. */
async function repairPages(
  deps: RepairDeps,
  repair: OpenRepair,
  from: number,
  options: RepairOptions,
  report: RepairReport,
): Promise<number | undefined> {
  const { sweep, quiet } = repair
  const { taken } = sweep.head
  let isFirst = true
  for (const page of pagesToRead(repair.progress, from, taken)) {
    if (!isFirst && isOver(deps, repair)) return page
    isFirst = false
    const numbers = numbersToRead(repair.progress, page, taken)
    const { trials, lost } = await repairPage(deps, sweep, numbers, { ...options, quiet }, report)
    noteTrials(repair, trials, lost)
    repair.progress = withPage(repair.progress, page, numbers, trials)
  }
  return undefined
}

/** All trials are known: repairs what depends on all of them. */
async function complete(
  deps: RepairDeps,
  repair: OpenRepair,
  options: RepairOptions,
  report: RepairReport,
): Promise<void> {
  const { sweep, quiet } = repair
  const { key } = sweep.record
  await moveSettled(deps, repair)
  if (sweep.head.state !== 'cancelled') await repairTrialLimit(deps, key)
  if (quiet) {
    await offerBestPoint(deps, repair)
    const late = await recordLateResults(deps, repair, options, report)
    if (late === 'continue') return continueAt(deps, repair, repair.progress.pages.length, report)
    if (late === 'overtaken') return
    // An ended sweep stays listed as open until its counters are right, and its end is announced.
    if ((await repairCounters(deps, repair, options.graceMs)) && hasEnded(sweep.head))
      await deps.store.closeSweep(key)
  }
  const current = await deps.store.getSweep(key)
  // A deletion meanwhile has not seen what this repair stored.
  if (!current) return deps.store.removeRepair(key)
  report.sent += await dispatchTrials(deps, current.record, current.head)
  if (!hasOpen(repair.progress) && (await endSweepIfOver(deps, key, current.head))) report.ended++
  await cachePages(deps, repair, report)
}

/** With replicates, the end of the last one offers their point; its request may have died before. */
async function offerBestPoint(
  deps: RepairDeps,
  { sweep: { record, head }, progress }: OpenRepair,
): Promise<void> {
  if (record.config.replicates === undefined || !hasEnded(head) || hasOpen(progress)) return
  const best = await findBest(deps, { record, head })
  if (best) await deps.store.offerBest(record.key, best, head.amended)
}

/** Moves `settled` up to the first open trial. */
async function moveSettled(deps: RepairDeps, { sweep, progress }: OpenRepair): Promise<void> {
  const { key } = sweep.record
  const settled = settledOf(progress)
  if (settled <= sweep.head.settled) return
  const head = await deps.store.getHead(key)
  if (head && settled > head.settled)
    await deps.store.replaceHead(key, { ...head, settled, rev: head.rev + 1 }, 0)
}

/** Writes the files of pages whose trials have all ended. Readers work without them, so an error is only reported. */
async function cachePages(deps: RepairDeps, repair: OpenRepair, report: RepairReport): Promise<void> {
  const { record } = repair.sweep
  const full = Math.floor(settledOf(repair.progress) / TRIALS_PER_PAGE)
  const first = repair.progress.cached
  let page = first
  for (; page < full && (page === first || !isOver(deps, repair)); page++)
    try {
      await cacheTrialPage(deps, repair.sweep, page)
    } catch (error) {
      report.uncached.push(repairError(`${sweepPath(record.key)} page ${page}`, error))
    }
  if (page === first) return
  repair.progress = { ...repair.progress, cached: page }
  if (page < full) await continueAt(deps, repair, repair.progress.pages.length, report)
  else await saveProgress(deps, repair)
}
