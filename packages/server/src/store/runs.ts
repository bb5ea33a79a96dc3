import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import type { Trend } from '@chimney/core/stoppers/trend'
import type { EndState, RunState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../clock.ts'
import type { Page, Paged } from './page.ts'

/** The slow-moving half of a run. */
export interface RunRecord {
  readonly key: RunKey
  /** Present when a sweep asked for it, or when it joined one by itself (then without `number`). */
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
  readonly rev: number
  readonly requestHash?: string
  /** What a door keeps for itself (host, program, commit, …), JSON text. */
  readonly extra?: string
}

/** The fast-moving half of a run; it is what decides about lease, attempt and end. Small: every metrics call writes it. */
export interface RunLive {
  readonly key: RunKey
  readonly sweep?: string
  readonly number?: number
  readonly state: RunState
  /** 0 while nobody has claimed it; each claim adds one. The fence: see design, leases. */
  readonly attempt: number
  readonly agent?: string
  /** The current attempt was handed back by its agent; until the next claim. */
  readonly released?: boolean
  /** A token of the request that claimed the current attempt, when it had one. */
  readonly claimedBy?: string
  /** Until when the current attempt owns the run. Absent when not running. */
  readonly leaseUntil?: UnixMs
  readonly heartbeatAt?: UnixMs
  readonly startedAt?: UnixMs
  /** When the present attempt was claimed, where it was not the first. */
  readonly claimedAt?: UnixMs
  /** Attempts before this one, oldest first; only the latest of very many. */
  readonly past?: readonly PastAttempt[]
  readonly endedAt?: UnixMs
  /** JSON text (see core/schema/json) of the latest value of each metric. */
  readonly summary: string
  /** Highest index (step or line) of the history seen, -1 when none. */
  readonly lastIndex: number
  /** How many attempts were lost to the infrastructure; what `retry.max_attempts` counts. */
  readonly lost: number
  /** Of the sweep's metric in the current attempt: how many finite values, the index of the last one (-1), the best loss so far. */
  readonly seen: number
  readonly seenIndex: number
  readonly bestLoss?: number
  /** The last rung that this attempt has passed, and the loss there. */
  readonly rung?: number
  readonly rungLoss?: number
  /** The last improvement, and the resource there; only for a stopper that decides by the trial alone. */
  readonly improvedLoss?: number
  readonly improvedAt?: number
  /** How the losses go since the last rung; only for a stopper that looks ahead. */
  readonly trend?: Trend
  /** Set once; told to the agent in every answer until the run ends. */
  readonly stop?: { readonly reason: string; readonly by: 'stopper' | 'person'; readonly rung?: number }
  /** The training process of this attempt has said so itself. Only set where handing out and starting are told apart. */
  readonly heard?: true
  /** This attempt has said that its machine is about to be taken away: silence or a bad end gives the trial back. */
  readonly preempting?: true
  readonly exitCode?: number
  readonly reason?: string
  /** The attempt whose outcome was kept, once ended. */
  readonly endedBy?: number
  readonly rev: number
}

/** An attempt that another one has followed. */
export interface PastAttempt {
  readonly attempt: number
  readonly agent?: string
  readonly startedAt?: UnixMs
  /** Its last sign of life. */
  readonly heartbeatAt?: UnixMs
  /** How it was over: its lease ran out, its machine was taken away, its agent handed it back; or the state in which it was begun once more. */
  readonly end: 'lost' | 'preempted' | 'released' | EndState
}

export interface RunStore {
  /** Creates both halves; false when the run exists. A create that died is finished as by {@link createSweep}. */
  createRun(record: RunRecord, live: RunLive): Promise<boolean>
  getRun(key: RunKey): Promise<{ record: RunRecord; live: RunLive } | undefined>
  getLive(key: RunKey): Promise<RunLive | undefined>
  /** In the order of the keys; undefined for what is not there. Any number of keys. */
  getLives(keys: readonly RunKey[]): Promise<readonly (RunLive | undefined)[]>
  getRuns(keys: readonly RunKey[]): Promise<readonly ({ record: RunRecord; live: RunLive } | undefined)[]>
  /** As {@link replaceSweep}. */
  replaceRun(next: RunRecord): Promise<boolean>
  /** Writes the live half if its `rev` is still `next.rev - 1`; false when another writer was first. One write unit. */
  replaceLive(next: RunLive): Promise<boolean>
  /** Newest first; eventually consistent. */
  listRuns(project: ProjectKey, page: Page): Promise<Paged<{ record: RunRecord; live: RunLive }>>
  /** Runs without a trial (also those that joined a sweep by themselves) that have not ended; eventually consistent. */
  listOpenRuns(page: Page): Promise<Paged<RunKey>>
  /** Deletes the run and its history. Repeating it is harmless. */
  deleteRun(key: RunKey): Promise<void>
}
