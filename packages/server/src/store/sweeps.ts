import type { ProjectKey, SweepKey } from '@chimney/core/schema/names'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { EndState, SweepState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../clock.ts'
import type { Page, Paged } from './page.ts'

/** The slow-moving half of a sweep. */
export interface SweepRecord {
  readonly key: SweepKey
  readonly config: SweepConfig
  /** The text that the config was read from, as it came. */
  readonly source: string
  readonly seed: number
  readonly displayName?: string
  readonly description?: string
  readonly warnings: readonly string[]
  readonly createdAt: UnixMs
  /** Changes with every write; see {@link Store.replaceSweep}. */
  readonly rev: number
  /** SHA-256 of the request that made it, when it came with an idempotency key. */
  readonly requestHash?: string
  /** Runs that joined by themselves, without a number; oldest first. */
  readonly joined?: readonly string[]
  /** What its search knew before it began: how many results, and the document that holds them. */
  readonly priors?: { readonly document: string; readonly count: number }
}

export type EndCounts = Readonly<Record<EndState, number>>

export interface BestTrial {
  readonly number: number
  readonly run: string
  /** As the metric was reported, not turned. */
  readonly value: number
  readonly loss: number
}

/** The fast-moving half of a sweep: below 1 KB, so that a hand-out and a close cost one write unit each. */
export interface SweepHead {
  readonly state: SweepState
  /** Numbers handed out so far; the next trial gets `taken + 1`. */
  readonly taken: number
  /** The highest number there will be, or undefined when only a person ends the sweep. */
  readonly limit?: number
  /** Numbers that a person enqueued, ascending. They have no index for the sampler. */
  readonly enqueued: readonly number[]
  /** How many trials ended, by how they ended. */
  readonly ended: EndCounts
  /** A hint: numbers of trials that wait to be handed out again, or whose late result is on its way. The run itself decides. */
  readonly waiting: readonly number[]
  readonly best?: BestTrial
  /** Every trial up to this number has ended (or is gone). A lower bound, moved by reconcile. */
  readonly settled: number
  readonly updatedAt: UnixMs
  /** Changes with every {@link Store.replaceHead}; counters move without it. */
  readonly rev: number
}

export interface SweepStore {
  /** Creates both halves; false when a sweep with this id exists anywhere in the deployment. Nothing is half-written: a create that died is finished by the next create of the same id, with the content that was there first; true only when that is the same request (its `requestHash`, else its content; times may differ). */
  createSweep(record: SweepRecord, head: SweepHead): Promise<boolean>
  getSweep(key: SweepKey): Promise<{ record: SweepRecord; head: SweepHead } | undefined>
  getHead(key: SweepKey): Promise<SweepHead | undefined>
  /** Resolves a bare sweep id, which is unique in the deployment. */
  findSweep(sweep: string): Promise<SweepKey | undefined>
  /** Writes the record if its `rev` is still `next.rev - 1`; false when another writer was first. */
  replaceSweep(next: SweepRecord): Promise<boolean>
  /** Writes state, limit, enqueued and settled (not the counters, `waiting` or `best`) if `rev` is still `next.rev - 1` and `taken` is still `next.taken - taking`; adds `taking` to the counter. */
  replaceHead(key: SweepKey, next: SweepHead, taking: 0 | 1): Promise<boolean>
  /** Takes the next `count` numbers at once: `first` … `first + count - 1`. Undefined when the sweep is not running or not there, or fewer than `count` are left below the limit. The head is as it was right after. A lost answer may skip numbers, but none is given twice. With `ifTaken` only if so many had been taken before; then a lost answer skips nothing. */
  takeNumbers(
    key: SweepKey,
    count: number,
    now: UnixMs,
    ifTaken?: number,
  ): Promise<{ first: number; head: SweepHead } | undefined>
  /** Adds a trial that ended to the counters, and removes one from `minus` when a late result replaced it. */
  countEnded(
    key: SweepKey,
    plus: EndState,
    minus: EndState | undefined,
    now: UnixMs,
  ): Promise<SweepHead | undefined>
  /** Sets the counters to a recount, if `ended` and `taken` are still those of `seen`. */
  recount(key: SweepKey, seen: SweepHead, ended: EndCounts): Promise<boolean>
  /** Keeps the better one; of equal losses, the lower number. */
  offerBest(key: SweepKey, best: BestTrial): Promise<void>
  /** Also puts the sweep on {@link listOpenSweeps}, whatever its state. Harmless when the sweep is gone. */
  addWaiting(key: SweepKey, numbers: readonly number[], now: UnixMs): Promise<void>
  /** Harmless when the sweep is gone. */
  removeWaiting(key: SweepKey, numbers: readonly number[]): Promise<void>
  /** Newest first; eventually consistent. */
  listSweeps(project: ProjectKey, page: Page): Promise<Paged<{ record: SweepRecord; head: SweepHead }>>
  /** Sweeps that are not yet in a terminal state, or have trials open or waiting; eventually consistent. */
  listOpenSweeps(page: Page): Promise<Paged<SweepKey>>
  /** Takes an ended sweep off {@link listOpenSweeps} unless something waits there; undone by any move back to running. */
  closeSweep(key: SweepKey): Promise<void>
  /** Deletes the sweep with its trials and rungs; the id is free again when all is gone. Its runs are the caller's business. Repeating it is harmless, and finishes a deletion that died. */
  deleteSweep(key: SweepKey): Promise<void>
}
