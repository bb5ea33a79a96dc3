import type { SweepKey, TrialKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import type { EndState, RunState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../clock.ts'

/** The sweep's view of a run that it asked for. The run's {@link RunLive} decides; this follows. */
export interface TrialRecord {
  readonly key: TrialKey
  readonly run: string
  readonly params: Params
  readonly state: RunState
  readonly attempt: number
  readonly suggestedBy?: { readonly arm: string; readonly why: string }
  /** Finite, as reported; absent when the trial told no number. */
  readonly value?: number
  /** Lower is better; present with `value`. */
  readonly loss?: number
  /** The rung at which an early-stopped trial's value was taken. */
  readonly rung?: number
  /** One value per metric of a sweep with several, the first of them `value`. */
  readonly values?: readonly number[]
  /** How far off the sweep's constraints, 0 to Infinity; see core/sweep/outcome. */
  readonly violation?: number
  readonly reason?: string
  readonly agent?: string
  /** Enqueued although another trial has this point of a finite space: then it takes none away from the sampler. */
  readonly repeats?: boolean
  readonly createdAt: UnixMs
  /** When the present attempt was claimed; that of the last one while the trial waits again. */
  readonly startedAt?: UnixMs
  readonly updatedAt: UnixMs
}

export interface TrialStore {
  /** False when the number has a trial. */
  createTrial(trial: TrialRecord): Promise<boolean>
  getTrial(key: TrialKey): Promise<TrialRecord | undefined>
  /** Ascending by number, `after` exclusive. */
  listTrials(
    key: SweepKey,
    options: { after: number; upTo?: number; limit: number },
  ): Promise<readonly TrialRecord[]>
  /** Moves an open trial between queued and running; false when it has ended, is of a later attempt, or is gone. */
  moveTrial(
    key: TrialKey,
    to: { state: 'queued' | 'running'; attempt: number; agent?: string },
    now: UnixMs,
  ): Promise<boolean>
  /** Ends an open trial, or replaces `crashed` by a late result; the former state, or undefined when it had ended already. */
  closeTrial(
    key: TrialKey,
    outcome: Pick<TrialRecord, 'attempt' | 'value' | 'loss' | 'rung' | 'values' | 'violation' | 'reason'> & {
      state: EndState
    },
    now: UnixMs,
  ): Promise<RunState | undefined>
}
