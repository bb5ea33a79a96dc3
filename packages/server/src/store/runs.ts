import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import type { Trend } from '@chimney/core/stoppers/trend'
import type { Recent } from '@chimney/core/sweep/chosen-value'
import type { EndState, RunState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../clock.ts'
import type { Page, Paged } from './page.ts'

export interface RunAlert {
  readonly at: UnixMs
  readonly level: 'INFO' | 'WARN' | 'ERROR'
  readonly title: string
  readonly text: string
}

/** The half of a run that rarely changes. */
export interface RunRecord {
  readonly key: RunKey
  /** The sweep of a trial, or the sweep that a client linked the run to (then without `number`). */
  readonly sweep?: string
  readonly number?: number
  readonly displayName: string
  /** JSON text of the config as training code sees it. */
  readonly config: string
  readonly notes?: string
  readonly tags: readonly string[]
  readonly group?: string
  readonly jobType?: string
  readonly createdAt: UnixMs
  /** The latest alerts of the training code, oldest first. */
  readonly alerts?: readonly RunAlert[]
  readonly rev: number
  readonly requestHash?: string
  /** Fields of the W&B API only (host, program, commit, …), JSON text. */
  readonly extra?: string
}

/** The half of a run that every metrics call writes, hence small. It is authoritative for lease, attempt and end. */
export interface RunLive {
  readonly key: RunKey
  readonly sweep?: string
  readonly number?: number
  readonly state: RunState
  /** 0 until the first claim; each claim adds one. The fencing token of the lease. */
  readonly attempt: number
  readonly agent?: string
  /** The agent released the current attempt. Cleared by the next claim. */
  readonly released?: boolean
  /** Token of the request that claimed the current attempt, if it sent one. */
  readonly claimedBy?: string
  /** When the lease of the current attempt ends. Absent when not running. */
  readonly leaseUntil?: UnixMs
  readonly heartbeatAt?: UnixMs
  readonly startedAt?: UnixMs
  /** When the current attempt was claimed; absent for the first. */
  readonly claimedAt?: UnixMs
  /** Earlier attempts, oldest first; only the latest ones when there are many. */
  readonly past?: readonly PastAttempt[]
  readonly endedAt?: UnixMs
  /** JSON text (see core/schema/json) of the latest value of each metric. */
  readonly summary: string
  /** Highest index (step or line) in the history, -1 when empty. */
  readonly lastIndex: number
  /** Attempts lost to infrastructure failures; `retry.max_attempts` limits them. */
  readonly lost: number
  /** The sweep's metric in the current attempt: count of finite values, index of the last one (-1 when none), best loss. */
  readonly seen: number
  readonly seenIndex: number
  readonly bestLoss?: number
  /** The last rung that this attempt has passed, and the loss there. */
  readonly rung?: number
  readonly rungLoss?: number
  /** The last improvement and the resource at that point; only for stoppers that look at one trial alone. */
  readonly improvedLoss?: number
  readonly improvedAt?: number
  /** Of metrics whose result is not the last value, see core/sweep/chosen-value. */
  readonly recent?: Recent
  /** Trend of the losses since the last rung; only for stoppers that extrapolate. */
  readonly trend?: Trend
  /** Set once; every response to the agent repeats it until the run ends. */
  readonly stop?: StopRequest
  /** The training process of this attempt reported its start. Only set by APIs that separate hand-out from start. */
  readonly heard?: true
  /** The machine of this attempt is being preempted: a missed heartbeat or a failure requeues the trial. */
  readonly preempting?: true
  readonly exitCode?: number
  readonly reason?: string
  /** The attempt whose outcome counts, once ended. */
  readonly endedBy?: number
  /** How many amendments there were: changes by a person after the end. The trial follows, see {@link TrialRecord.amended}. */
  readonly amended?: number
  /** A person has voided the result; the state is `killed`. */
  readonly voided?: Voided
  /** The end that a person has undone to repeat the trial. Cleared by the next claim. */
  readonly requeued?: EndState
  /** Reports of attempts up to this one do not count any more. */
  readonly fence?: number
  readonly rev: number
}

/** `at`: after a limit of time; the run is ended by the repair when it goes on for longer than a lease after that. */
export interface StopRequest {
  readonly reason: string
  readonly by: 'stopper' | 'person'
  readonly rung?: number
  readonly at?: UnixMs
}

/** Why a trial is void. `deleted`: its run was deleted, so a resumed grid runs its cell again. */
export interface Voided {
  readonly at: UnixMs
  readonly reason: string
  readonly deleted?: true
}

/** An attempt that a later one replaced. */
export interface PastAttempt {
  readonly attempt: number
  readonly agent?: string
  readonly startedAt?: UnixMs
  /** Last heartbeat. */
  readonly heartbeatAt?: UnixMs
  /** Why it ended: lease expired, machine preempted, released by its agent; or the end state from which the run was restarted. */
  readonly end: 'lost' | 'preempted' | 'released' | EndState
}

export interface RunStore {
  /** Creates both halves; false when the run exists. Completes a create that died as {@link SweepStore.createSweep} does. */
  createRun(record: RunRecord, live: RunLive): Promise<boolean>
  getRun(key: RunKey): Promise<{ record: RunRecord; live: RunLive } | undefined>
  getLive(key: RunKey): Promise<RunLive | undefined>
  /** In the order of the keys; undefined for a run that does not exist. Any number of keys. */
  getLives(keys: readonly RunKey[]): Promise<readonly (RunLive | undefined)[]>
  getRuns(keys: readonly RunKey[]): Promise<readonly ({ record: RunRecord; live: RunLive } | undefined)[]>
  /** As {@link SweepStore.replaceSweep}. */
  replaceRun(next: RunRecord): Promise<boolean>
  /** Writes the live half if its `rev` is still `next.rev - 1`; false when another writer was first. One write unit. */
  replaceLive(next: RunLive): Promise<boolean>
  /** Newest first; eventually consistent. */
  listRuns(project: ProjectKey, page: Page): Promise<Paged<{ record: RunRecord; live: RunLive }>>
  /** Oldest first; eventually consistent, and may contain runs that were just deleted. */
  listRunKeys(project: ProjectKey, page: Page): Promise<Paged<RunKey>>
  /** Runs that are no trial (linked ones included) and have not ended; eventually consistent. */
  listOpenRuns(page: Page): Promise<Paged<RunKey>>
  /** Deletes the run and its history. Idempotent. */
  deleteRun(key: RunKey): Promise<void>
}
