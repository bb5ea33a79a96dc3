import type { BackupItem, Restored } from '@chimney/core/schema/backup'
import type { KeyScope } from '@chimney/core/schema/key-scope'
import type { ProjectKey, RunKey, SweepKey, TrialKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Trend } from '@chimney/core/stoppers/trend'
import type { EndState, RunState, SweepState } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../clock.ts'
import type { Chunk, Series } from './codec/chunk.ts'
import type { Migrated } from './dynamo/migrate.ts'

/** A page of a list; `cursor` is opaque and belongs to the list that gave it: any other one throws `Problem('invalid', 'bad-cursor')`. */
export interface Page {
  readonly cursor?: string | undefined
  /** 1 to 1,000. */
  readonly limit: number
}
export interface Paged<T> {
  readonly items: readonly T[]
  readonly cursor?: string
}

/** What is known of a project. */
export interface ProjectRecord extends ProjectKey {
  readonly createdAt: UnixMs
}

/** An API key. The key itself is never stored: `hash` is the SHA-256 of it, in hex. */
export interface KeyRecord {
  readonly id: string
  readonly hash: string
  readonly entity: string
  readonly name: string
  readonly createdAt: UnixMs
  /** Absent in keys from before there were scopes, which may do everything. */
  readonly scope?: KeyScope
  /** From then on it does not work. */
  readonly expiresAt?: UnixMs
  /** May be behind by an hour. */
  readonly lastUsedAt?: UnixMs
  readonly requestsPerMinute?: number
}

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

/** Whoever polls a sweep for trials over a long time, one trial after the other. */
export interface AgentRecord {
  readonly key: SweepKey
  readonly id: string
  readonly host: string
  readonly createdAt: UnixMs
  /** Moves at most once a minute. */
  readonly heartbeatAt: UnixMs
  /** How many trials it was given. */
  readonly served: number
  /** The trial that it was given last. `sends`: how often it was told. `taken`: it has said that it runs it. */
  readonly current?: {
    readonly number: number
    readonly run: string
    readonly attempt: number
    readonly sends: number
    readonly taken: boolean
  }
  readonly rev: number
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

/** Remembers what a request with an idempotency key was given. */
export interface Receipt {
  readonly token: string
  readonly requestHash: string
  /** Unix ms when the claim was made. */
  readonly at: UnixMs
  /** The trials that the request was given, with their attempts. Absent while the request is under way. */
  readonly grants?: readonly { readonly number: number; readonly attempt: number }[]
}

/** A small text of a project that no trial depends on: what a door keeps besides runs and sweeps. At most 300 KB. */
export interface DocumentRecord {
  /** Parts between slashes; 1 to 500 characters in all. */
  readonly name: string
  readonly text: string
  readonly rev: number
}

/** Ended trials of one block of numbers, see `core/sweep/pack`: a copy for whoever has many of them to read. */
export interface PackRecord {
  readonly block: number
  /** What has to be the same for the bytes to be understood. */
  readonly form: string
  readonly bytes: Uint8Array
}

export interface RungRecord {
  readonly number: number
  readonly loss: number
  readonly best: number
  /** The mean loss since the rung before, and its standard error: both or neither. */
  readonly mean?: number
  readonly error?: number
}

/**
 * Everything that outlives a request. Reads are strongly consistent unless a method says otherwise. Losing a race is a
 * value, never an exception; a write that was carried out and whose answer got lost has won. Throttling and outages surface
 * as `Problem('retryable')`, what no item can hold as `Problem('too-large')`. A sweep or run of which one half is missing
 * (a create or a deletion that died) is not there, for every read. A page may hold fewer items than its limit.
 */
export interface Store {
  /** Brings what is stored to the form that this version wants; see `migrate.ts`. Harmless to repeat, and to do twice at once. */
  migrate(): Promise<Migrated>

  /** Makes the project if it is new; true when this call made it. */
  ensureProject(key: ProjectKey, now: UnixMs): Promise<boolean>
  getProject(key: ProjectKey): Promise<ProjectRecord | undefined>
  /** By name, ascending. */
  listProjects(entity: string, page: Page): Promise<Paged<ProjectRecord>>

  /** False if a key with this hash exists, or another one with this id. A key that works is always listed. */
  putKey(key: KeyRecord): Promise<boolean>
  /** Eventually consistent. */
  findKey(hash: string): Promise<KeyRecord | undefined>
  listKeys(entity: string): Promise<readonly KeyRecord[]>
  /** False if it is not there any more: a change never brings a revoked key back. */
  changeKey(
    key: Pick<KeyRecord, 'entity' | 'id' | 'hash'>,
    change: Partial<Pick<KeyRecord, 'expiresAt' | 'lastUsedAt'>>,
  ): Promise<boolean>
  /** Counts `count` requests of `id` (opaque) in the minute `window` (since 1970), unless that would make more than `limit`. */
  takeRate(id: string, window: number, count: number, limit: number): Promise<boolean>
  /** False if there is none. The hash stops working at once, but for the staleness of {@link findKey}. */
  revokeKey(entity: string, id: string): Promise<boolean>

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

  /** Writes the agent if its `rev` is still `next.rev - 1` (0 for a new one); false when another writer was first. */
  putAgent(next: AgentRecord): Promise<boolean>
  getAgent(key: SweepKey, id: string): Promise<AgentRecord | undefined>
  /** In no particular order. They go with their sweep. */
  listAgents(key: SweepKey): Promise<readonly AgentRecord[]>

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

  /** Stores rows; the same chunk again (equal but for its times) overwrites itself. Split into as many items as needed; a row that fits into none throws `Problem('too-large', 'row-too-large')`. */
  putChunk(key: RunKey, series: Series, chunk: Chunk): Promise<void>
  /** Chunks that overlap [from, to] (indices, both included), ascending by first index. */
  listChunks(key: RunKey, series: Series, range?: { from?: number; to?: number }): Promise<readonly Chunk[]>

  /** Overwrites an earlier one. Not to be told from a lost write: it is only a copy. */
  putPack(key: SweepKey, pack: PackRecord): Promise<void>
  /** Ascending by block, from block `from` on; eventually consistent. */
  listPacks(key: SweepKey, from: number): Promise<readonly PackRecord[]>
  /** Reserves a point of a finite space, by its cell, for a trial. Answers the number that has it now: the given one, or the one that was first. With `over`, takes it from that number, if it still has it. */
  claimPoint(key: SweepKey, cell: number, number: number, over?: number): Promise<number>

  /** The same trial at the same rung overwrites itself. */
  putRung(key: SweepKey, rung: number, value: RungRecord): Promise<void>
  /** Everybody at the rung; eventually consistent but for the caller's own, which it adds itself. */
  listRung(key: SweepKey, rung: number): Promise<readonly RungRecord[]>

  /** Writes a document if its `rev` is still `next.rev - 1` (0 for a new one); false when another writer was first. */
  putDocument(project: ProjectKey, next: DocumentRecord): Promise<boolean>
  getDocument(project: ProjectKey, name: string): Promise<DocumentRecord | undefined>
  /** Those whose name begins with `prefix`, ascending by name. */
  listDocuments(project: ProjectKey, prefix: string): Promise<readonly DocumentRecord[]>
  /** Repeating it is harmless. */
  deleteDocument(project: ProjectKey, name: string): Promise<void>

  /**
   * The stored items of a project, some at a time, in the order in which they are to be put back; the runs' and the sweeps' lists
   * are eventually consistent. What changes meanwhile is told as it was at some moment, and looks afterwards as after a crash:
   * a repair mends it. Receipts, keys and counters of requests are not in it.
   */
  readBackup(project: ProjectKey, cursor?: string): Promise<Paged<BackupItem>>
  /**
   * Puts items back that are not there. Throws `Problem('invalid', 'bad-backup')` for one that no reader would understand and
   * `Problem('conflict', 'sweep-exists')` for a sweep whose id another project has, before anything is written. Repeating
   * it is harmless.
   */
  restore(project: ProjectKey, items: readonly BackupItem[]): Promise<Restored>

  /** Claims the key (an opaque text) for a request. Answers the receipt that stands: the given one when the claim was won, or the earlier one. A claim without grants that is older than `staleMs` is taken over. */
  claimReceipt(id: string, receipt: Receipt, staleMs: number): Promise<Receipt>
  /** Forgets a claim that came to nothing, if `token` still holds it. Repeating it is harmless. */
  dropReceipt(id: string, token: string): Promise<void>
  /** Writes the outcome if `token` still holds the claim; false when it was taken over. */
  settleReceipt(id: string, receipt: Receipt): Promise<boolean>
}
