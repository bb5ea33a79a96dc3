import type { SweepKey, TrialKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import type { EndState, RunState } from '@chimney/core/sweep/lifecycle'
import type { Replicate } from '@chimney/core/sweep/replicates'
import type { UnixMs } from '../clock.ts'
import type { Voided } from './runs.ts'

/** The sweep's copy of a trial's state. The run's {@link RunLive} is authoritative. */
export interface TrialRecord {
  readonly key: TrialKey
  readonly run: string
  readonly params: Params
  readonly state: RunState
  readonly attempt: number
  readonly suggestedBy?: { readonly arm: string; readonly why: string }
  /** Finite, as reported; absent when no finite value was reported. */
  readonly value?: number
  /** Lower is better; present with `value`. */
  readonly loss?: number
  /** The rung at which an early-stopped trial's value was taken. */
  readonly rung?: number
  /** One value per metric when the sweep has several; the first is `value`. */
  readonly values?: readonly number[]
  /** Sum of constraint violations, 0 to Infinity; see core/sweep/outcome. */
  readonly violation?: number
  /** How far each bound of the constraints is missed; see core/sweep/outcome. Absent in trials of earlier versions. */
  readonly slacks?: readonly number[]
  readonly reason?: string
  readonly agent?: string
  /** Enqueued with a point of a finite space that another trial already has; it takes no cell from the sampler. */
  readonly repeats?: boolean
  /** Which repetition of its point it is, in a sweep with replicates. */
  readonly replicate?: Replicate
  /** The amendments of the run that this record has; see {@link RunLive.amended}. */
  readonly amended?: number
  readonly voided?: Voided
  /** What the trial said before each amendment, oldest first; only the latest ones when there are many. */
  readonly earlier?: readonly EarlierResult[]
  readonly createdAt: UnixMs
  /** When the current attempt was claimed; the previous attempt's while the trial is queued again. */
  readonly startedAt?: UnixMs
  /** Of a trial that ran elsewhere and was added with its result; other trials ended at `updatedAt`. */
  readonly endedAt?: UnixMs
  readonly updatedAt: UnixMs
}

/** A result that an amendment replaced. */
export interface EarlierResult {
  readonly state: EndState
  readonly attempt: number
  readonly value?: number
  readonly values?: readonly number[]
  readonly reason?: string
  /** When the trial had got this result. */
  readonly at: UnixMs
}

export interface TrialStore {
  /** False when a trial with this number exists. */
  createTrial(trial: TrialRecord): Promise<boolean>
  getTrial(key: TrialKey): Promise<TrialRecord | undefined>
  /** Trials that may lie far apart; missing ones are left out. One read unit or more each. */
  getTrials(key: SweepKey, numbers: readonly number[]): Promise<readonly TrialRecord[]>
  /** Ascending by number, `after` exclusive. */
  listTrials(
    key: SweepKey,
    options: { after: number; upTo?: number; limit: number },
  ): Promise<readonly TrialRecord[]>
  /** Moves an open trial between queued and running; false when it has ended, was deleted, or is at a later attempt. */
  moveTrial(
    key: TrialKey,
    to: { state: 'queued' | 'running'; attempt: number; agent?: string },
    now: UnixMs,
  ): Promise<boolean>
  /**
   * Ends an open trial, or replaces `crashed` by a late result, if `amended` is that of the trial: an end from before an amendment is no
   * result. Returns the state before, or undefined when nothing was changed.
   */
  closeTrial(
    key: TrialKey,
    outcome: Pick<
      TrialRecord,
      'attempt' | 'amended' | 'value' | 'loss' | 'rung' | 'values' | 'violation' | 'slacks' | 'reason'
    > & { state: EndState },
    now: UnixMs,
  ): Promise<RunState | undefined>
  /** Replaces a trial by its amended form if it is still as `seen`; false when another writer was first. */
  amendTrial(next: TrialRecord, seen: TrialRecord): Promise<boolean>
}
