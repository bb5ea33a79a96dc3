import type { SweepKey } from '@chimney/core/schema/names'
import type { SweepState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../clock.ts'
import type { BestTrial, EndCounts } from './sweeps.ts'

/** What the repair knows of a page of trial numbers. Trials that are neither open nor counted were not read yet. */
export interface RepairedPage {
  /** Trials that the repair has seen ended. */
  readonly ended: EndCounts
  /** Numbers without an ended trial, ascending. */
  readonly open: readonly number[]
}

/** What notifications said of a sweep last. */
export interface Announced {
  readonly state: SweepState
  /** Of the best trial; lower is better. */
  readonly loss?: number
  /** That trials fail; absent again when the sweep is not running any more. */
  readonly failing?: true
  /** Before all trials were read again: the ends up to then had been announced. */
  readonly until?: UnixMs
}

/** What the repair of a sweep has read so far, so that it reads an ended trial once. A copy: without it all trials are read again. */
export interface RepairRecord {
  /** Of the sweep: separates the record from that of an earlier sweep with the same id. */
  readonly createdAt: UnixMs
  /** `amended` of the head before the trials were read; absent when it had none. After another amendment all trials are read again. */
  readonly amended?: number
  /** Trial numbers per page; a record with another size is ignored. */
  readonly pageSize: number
  /** The first page has the numbers from 1. */
  readonly pages: readonly RepairedPage[]
  /** Numbers up to this one are in `pages`. */
  readonly scanned: number
  /** The best trial among those counted. */
  readonly best?: BestTrial
  /** The latest end of a trial that is counted. */
  readonly lastEnd: UnixMs
  /** Files of trial pages were written up to this number of pages. */
  readonly cached: number
  /** Absent before the first announcement. */
  readonly announced?: Announced
  /** Another message continues the repair until then. */
  readonly busyUntil?: UnixMs
  readonly rev: number
}

export interface RepairStore {
  getRepair(key: SweepKey): Promise<RepairRecord | undefined>
  /** Writes it if its `rev` is still `next.rev - 1`, or, for `rev` 1, if there is none; false when another writer was first. */
  putRepair(key: SweepKey, next: RepairRecord): Promise<boolean>
  /** For a sweep that was deleted meanwhile. Idempotent. */
  removeRepair(key: SweepKey): Promise<void>
}
