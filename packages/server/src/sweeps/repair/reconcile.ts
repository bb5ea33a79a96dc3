import type { SweepKey } from '@chimney/core/schema/names'
import { runPath, sweepPath } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { expireRun } from '../../runs/lifecycle/expire-run.ts'
import type { Paged } from '../../store/page.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { dispatchTrials } from '../handout/dispatch.ts'
import { endSweepIfOver } from '../handout/end-sweep.ts'
import { follow } from '../lifecycle/update-sweep.ts'
import { mendLimit } from '../search/repair-limit.ts'
import { runKeyOf } from '../trials/make-trials.ts'
import { readTrials } from '../trials/read-trials.ts'
import { keepTrialBlocks } from '../trials/trial-pages.ts'
import { fillHoles } from './fill-holes.ts'
import { clearWaiting, mendCounters } from './repair-counters.ts'
import { type Patience, repairTrial } from './repair-trial.ts'

type ReconcileDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings'>

/** What was found and mended. */
export interface ReconcileReport {
  sweeps: number
  /** Trials and runs whose lease had run out. */
  expired: number
  /** Numbers without a trial, and trials without a run. */
  filled: number
  /** Trials whose run had ended without their sweep hearing of it. */
  settled: number
  /** Trials made known to agents, again or for the first time. */
  sent: number
  /** Sweeps that were over. */
  ended: number
  /** Sweeps or runs at which the repair itself failed; the others went on. */
  errors: { readonly path: string; readonly message: string }[]
}

const PATIENCE: Patience = { graceMs: 30_000, resendAfterMs: 15 * 60_000 }
const PAGE = 100

/** Finds and repairs whatever got lost between two steps of a use case. Runs every minute; twice at once is harmless. */
export async function reconcile(
  deps: ReconcileDeps,
  options: Partial<Patience> = {},
): Promise<ReconcileReport> {
  const patience = { ...PATIENCE, ...options }
  const report: ReconcileReport = {
    sweeps: 0,
    expired: 0,
    filled: 0,
    settled: 0,
    sent: 0,
    ended: 0,
    errors: [],
  }
  for await (const key of pages((cursor) => deps.store.listOpenSweeps({ cursor, limit: PAGE })))
    await guarded(report, sweepPath(key), () => reconcileSweep(deps, key, patience, report))
  for await (const key of pages((cursor) => deps.store.listOpenRuns({ cursor, limit: PAGE })))
    await guarded(report, runPath(key), async () => {
      if (await expireRun(deps, key)) report.expired++
    })
  return report
}

async function* pages<T>(page: (cursor: string | undefined) => Promise<Paged<T>>): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const answer = await page(cursor)
    yield* answer.items
    cursor = answer.cursor
  } while (cursor !== undefined)
}

/** One broken sweep must not keep the others from their repair. */
async function guarded(report: ReconcileReport, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    report.errors.push({ path, message: error instanceof Error ? error.message : String(error) })
  }
}

async function reconcileSweep(
  deps: ReconcileDeps,
  key: SweepKey,
  patience: Patience,
  report: ReconcileReport,
): Promise<void> {
  const sweep = await deps.store.getSweep(key)
  // Deleted a moment ago: the index is eventually consistent.
  if (!sweep) return
  report.sweeps++
  const { head } = sweep
  const quiet = deps.clock.now() - head.updatedAt >= patience.graceMs
  let trials = await readTrials(deps, key, head.settled)
  if (quiet && trials.length < head.taken - head.settled) {
    report.filled += await fillHoles(deps, sweep, trials)
    trials = await readTrials(deps, key, head.settled)
  }
  const open = trials.filter((trial) => !isEnd(trial.state))
  const lives = await deps.store.getLives(open.map(runKeyOf))
  for (const [at, trial] of open.entries()) {
    const repair = await repairTrial(deps, sweep, trial, lives[at], patience)
    if (repair) report[repair]++
  }
  if (head.state === 'finished' || head.state === 'cancelled') await follow(deps, sweep)
  else await mendLimit(deps, key)
  trials = await readTrials(deps, key, head.settled)
  const settled = await moveSettled(deps, key, trials)
  if (quiet) {
    await clearWaiting(deps, key, trials)
    // An ended sweep stays on the list until its trials were counted.
    if (await mendCounters(deps, key, trials, patience.graceMs)) await deps.store.closeSweep(key)
  }
  const now = await deps.store.getSweep(key)
  if (!now) return
  report.sent += await dispatchTrials(deps, now.record, now.head)
  if (await endSweepIfOver(deps, key, now.head)) report.ended++
  await keepTrialBlocks(deps, sweep, settled)
}

/** Remembers how far everything has ended, so that the next look begins there. Answers how far. */
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
