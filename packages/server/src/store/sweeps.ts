import type { ProjectKey, SweepKey } from '@chimney/core/schema/names'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { EndState, SweepState } from '@chimney/core/sweep/lifecycle'
import type { FailureCounts } from '@chimney/core/sweep/limits'
import type { UnixMs } from '../clock.ts'
import type { Page, Paged } from './page.ts'

/** The half of a sweep that rarely changes: its config and what people call it. */
export interface SweepRecord {
  readonly key: SweepKey
  readonly config: SweepConfig
  /** The config as the client sent it, unparsed. */
  readonly source: string
  readonly seed: number
  readonly displayName?: string
  readonly description?: string
  /** Pages hide it in lists. */
  readonly archived?: true
  readonly warnings: readonly string[]
  readonly createdAt: UnixMs
  /** Revision, incremented by every write; see {@link SweepStore.replaceSweep}. */
  readonly rev: number
  /** SHA-256 of the creating request, if that had an idempotency key. */
  readonly requestHash?: string
  /** Runs that a client linked to the sweep; they have no trial number. Oldest first. */
  readonly joined?: readonly string[]
  /** Prior results from other sweeps (warm start): their count, and the document that holds them. */
  readonly priors?: { readonly document: string; readonly count: number }
}

export type EndCounts = Readonly<Record<EndState, number>>

export interface BestTrial {
  readonly number: number
  readonly run: string
  /** The metric as reported; `loss` is the same with lower being better. */
  readonly value: number
  readonly loss: number
}

/** The half of a sweep that changes with every trial. Below 1 KB, so that a hand-out and a close cost one write unit each. */
export interface SweepHead {
  readonly state: SweepState
  /** Numbers handed out so far; the next trial gets `taken + 1`. */
  readonly taken: number
  /** The highest trial number; undefined when the sweep has no end (no cap, infinite space). */
  readonly limit?: number
  /** Numbers of enqueued trials, ascending. The sampler does not count them. */
  readonly enqueued: readonly number[]
  /** How many trials ended, per end state. */
  readonly ended: EndCounts
  /**
   * Numbers of trials that may be handed out again, or that have a late result. Only a hint: the run's state decides. Those that do
   * not fit are in {@link SweepStore.listMoreWaiting}.
   */
  readonly waiting: readonly number[]
  /** Present while there may be more of them; another text after each addition. */
  readonly moreWaiting?: string
  readonly best?: BestTrial
  /** Why the trial that finished last gave no value of the metric; absent when it gave one. */
  readonly missing?: string
  /** Grows with each amendment of a trial; absent while there was none. Copies of trials are stale when it has changed. */
  readonly amended?: number
  /** Why the service has paused or finished the sweep; absent when a user did, or when it had no more trials. */
  readonly reason?: string
  /** Failed and crashed trials since the last one that ended otherwise. */
  readonly failuresInARow?: number
  /** The counts of failures when a user resumed the sweep last. */
  readonly resumedAt?: FailureCounts
  /** Every trial up to this number has ended or was deleted. A lower bound that `reconcile` moves. */
  readonly settled: number
  readonly updatedAt: UnixMs
  /** Revision, incremented by {@link SweepStore.replaceHead}; counters change without it. */
  readonly rev: number
}

/** Trial numbers that share a count of amendments. A page of trials, and a multiple of a pack. */
export const AMENDED_BLOCK = 500

export interface SweepStore {
  /**
   * Creates both halves; false when the deployment has a sweep with this id. The next create of the same id completes one that
   * died half-way, with the content of the first; true only if both are the same request (equal `requestHash`, else equal content).
   */
  createSweep(record: SweepRecord, head: SweepHead): Promise<boolean>
  getSweep(key: SweepKey): Promise<{ record: SweepRecord; head: SweepHead } | undefined>
  getHead(key: SweepKey): Promise<SweepHead | undefined>
  /** Resolves a bare sweep id, which is unique in the deployment. */
  findSweep(sweep: string): Promise<SweepKey | undefined>
  /** Writes the record if its `rev` is still `next.rev - 1`; false when another writer was first. */
  replaceSweep(next: SweepRecord): Promise<boolean>
  /**
   * Writes state, reason, limit, enqueued and settled (not the counters, what waits, or `best`) if `rev` is still `next.rev - 1` and `taken`
   * is still `next.taken - taking`; adds `taking` to the counter. False when another writer was first.
   */
  replaceHead(key: SweepKey, next: SweepHead, taking: 0 | 1): Promise<boolean>
  /**
   * Takes the next `count` numbers, `first` to `first + count - 1`, and returns the head after that write. Undefined when the sweep
   * is not running or does not exist, or when fewer than `count` remain below the limit. A lost response may skip numbers, but no
   * number is taken twice. `ifTaken` makes the write conditional on `taken`; then a lost response skips none.
   */
  takeNumbers(
    key: SweepKey,
    count: number,
    now: UnixMs,
    ifTaken?: number,
  ): Promise<{ first: number; head: SweepHead } | undefined>
  /**
   * Counts an ended trial in `plus`, and takes it out of `minus` when a late result or an amendment replaced that end state. A
   * finished one also replaces {@link SweepHead.missing}.
   */
  countEnded(
    key: SweepKey,
    plus: EndState | undefined,
    minus: EndState | undefined,
    now: UnixMs,
    missing?: string,
  ): Promise<SweepHead | undefined>
  /** Replaces the counters by `ended`, if they and `taken` are still those of `seen`. */
  recount(key: SweepKey, seen: SweepHead, ended: EndCounts): Promise<boolean>
  /**
   * Keeps the lower loss; for equal losses, the lower number. No effect when the head has another `amended` than the caller has
   * seen: the trial may have lost its value meanwhile.
   */
  offerBest(key: SweepKey, best: BestTrial, amended: number | undefined): Promise<void>
  /** Removes the best trial if it is still this one. */
  clearBest(key: SweepKey, seen: BestTrial): Promise<void>
  /**
   * After the amendment of trials with these numbers: adds to the counts of {@link listAmended}, then to `amended` of the head.
   * Returns the head after that; undefined when the sweep was deleted.
   */
  markAmended(key: SweepKey, numbers: readonly number[], now: UnixMs): Promise<SweepHead | undefined>
  /** Amendments by block of {@link AMENDED_BLOCK} trial numbers, the first block 0. */
  listAmended(key: SweepKey): Promise<ReadonlyMap<number, number>>
  /**
   * Adds to `waiting` while it has room, then to {@link listMoreWaiting}. Also adds the sweep to {@link listOpenSweeps}, whatever its
   * state. No effect when the sweep was deleted.
   */
  addWaiting(key: SweepKey, numbers: readonly number[], now: UnixMs): Promise<void>
  /** False, without an effect, when the sweep was deleted, and when its `updatedAt` is not `ifUpdatedAt` any more. */
  removeWaiting(key: SweepKey, numbers: readonly number[], ifUpdatedAt?: UnixMs): Promise<boolean>
  /** Waiting numbers that did not fit into the head, ascending: all; or the first ones, for one read unit (removes emptied items). */
  listMoreWaiting(key: SweepKey, which: 'all' | 'first'): Promise<readonly number[]>
  removeMoreWaiting(key: SweepKey, numbers: readonly number[]): Promise<void>
  /** After `listMoreWaiting` was empty: removes `moreWaiting` from the head if it is still `seen`. */
  endMoreWaiting(key: SweepKey, seen: string): Promise<void>
  /** Newest first; eventually consistent. */
  listSweeps(project: ProjectKey, page: Page): Promise<Paged<{ record: SweepRecord; head: SweepHead }>>
  /** Sweeps that are not yet in a terminal state, or have trials open or waiting; eventually consistent. */
  listOpenSweeps(page: Page): Promise<Paged<SweepKey>>
  /** Removes an ended sweep without waiting trials from {@link listOpenSweeps}; a move back to running adds it again. */
  closeSweep(key: SweepKey): Promise<void>
  /** Deletes the sweep with its trials and rungs, but not its runs. Idempotent; a repetition completes a deletion that died half-way. */
  deleteSweep(key: SweepKey): Promise<void>
}
