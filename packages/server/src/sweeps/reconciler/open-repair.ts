import { elapsedMs, MAX_SKEW_MS, type UnixMs } from '../../clock.ts'
import { sweepMessage } from '../../queue/repair-queue.ts'
import type { TrialRecord } from '../../store/trials.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import type { RepairDeps, RepairOptions } from './repair-options.ts'
import { noProgress, type Progress } from './repair-progress.ts'
import type { RepairReport } from './repair-report.ts'

/** The schedule leaves a sweep alone for so long after its repair was continued by a message. */
const BUSY_MS = 30_000

/** Where a repair continues: at a page of trials. `since`: when its first message was handled. */
export interface Continuation {
  readonly from: number
  readonly since: UnixMs
}

/** The repair of a sweep by one message. */
export interface OpenRepair {
  readonly sweep: LoadedSweep
  readonly since: UnixMs
  readonly deadline: UnixMs
  /**
   * The head had not changed for the grace period when its repair began, nor since then: what looks lost is lost, and the
   * counters belong to the trials that were read.
   */
  readonly quiet: boolean
  progress: Progress
  stored: Progress | undefined
  /** Revision of what is stored; 0 when nothing is. */
  rev: number
  /** Trials that were seen to have failed, and those whose agent was lost, until they are announced. */
  failed: readonly TrialRecord[]
  lost: readonly TrialRecord[]
}

/** Undefined when another message continues the repair of this sweep. */
export async function openRepair(
  deps: RepairDeps,
  sweep: LoadedSweep,
  at: Continuation | undefined,
  options: RepairOptions,
): Promise<OpenRepair | undefined> {
  const { record, head } = sweep
  const now = deps.clock.now()
  const since = at?.since ?? now
  const found = await deps.store.getRepair(record.key)
  const isOfSweep = found?.createdAt === record.createdAt
  const isKnown = isOfSweep && found.pageSize === options.pageSize && found.amended === head.amended
  const busyMs = (found?.busyUntil ?? 0) - now
  if (isKnown && !at && busyMs > 0 && busyMs <= BUSY_MS + MAX_SKEW_MS) return undefined
  const progress = isKnown
    ? found
    : {
        ...noProgress(options.pageSize),
        ...(isOfSweep && {
          announced: { state: 'running' as const, ...found.announced, until: found.lastEnd },
        }),
      }
  return {
    sweep,
    since,
    deadline: now + options.budgetMs,
    quiet: elapsedMs(head.updatedAt, since) >= options.graceMs,
    progress,
    stored: progress,
    rev: found?.rev ?? 0,
    failed: [],
    lost: [],
  }
}

/** Stores the progress if it has changed. False when another writer was first: another repair of this sweep is in progress. */
export async function saveProgress(
  deps: RepairDeps,
  repair: OpenRepair,
  busyUntil?: UnixMs,
): Promise<boolean> {
  const { sweep, progress, rev } = repair
  if (progress === repair.stored && busyUntil === undefined) return true
  const { pageSize, pages, scanned, best, lastEnd, cached, announced } = progress
  const { record, head } = sweep
  const next = { pageSize, pages, scanned, lastEnd, cached, createdAt: record.createdAt, rev: rev + 1 }
  const won = await deps.store.putRepair(record.key, {
    ...next,
    ...(head.amended !== undefined && { amended: head.amended }),
    ...(best && { best }),
    ...(announced && { announced }),
    ...(busyUntil !== undefined && { busyUntil }),
  })
  if (won) {
    repair.rev++
    repair.stored = progress
  }
  return won
}

/** Stores the progress, and sends a message that continues at this page. */
export async function continueAt(
  deps: RepairDeps,
  repair: OpenRepair,
  from: number,
  report: RepairReport,
): Promise<void> {
  await saveProgress(deps, repair, deps.clock.now() + BUSY_MS)
  const { since, sweep } = repair
  await deps.repairs.send([{ ...sweepMessage(sweep.record.key), from, since }])
  report.continued++
}

export const isOver = (deps: Pick<RepairDeps, 'clock'>, { deadline }: OpenRepair): boolean =>
  deps.clock.now() >= deadline
