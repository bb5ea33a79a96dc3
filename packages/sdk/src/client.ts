import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { KeyCreate } from '@chimney/core/schema/api/keys'
import type { MetricsAnswer, MetricsRequest } from '@chimney/core/schema/api/metrics'
import type {
  ClaimRequest,
  FinishAnswer,
  FinishRequest,
  HeartbeatAnswer,
  RunBody,
  RunCreate,
  RunPatch,
} from '@chimney/core/schema/api/runs'
import type { SweepBody, SweepCreated, SweepPatch } from '@chimney/core/schema/api/sweeps'
import type {
  HandedTrial,
  HandedTrials,
  Latest,
  NextTrialRequest,
  TrialBody,
} from '@chimney/core/schema/api/trials'
import type { BackupPage, Restored, RestoreRequest } from '@chimney/core/schema/backup'
import { type AgentOptions, type AgentReport, runAgent } from './agent.ts'
import type {
  AgentQueue,
  Claimed,
  Enqueued,
  Health,
  HistoryRow,
  Importance,
  KeyBody,
  KeyCreated,
  Page,
  PageQuery,
  ProjectBody,
  Viewer,
} from './answers.ts'
import { namesIn } from './config-names.ts'
import { type ChimneyOptions, connect } from './connect.ts'
import { ChimneyError } from './error.ts'
import { isOver, newsFilter } from './news.ts'
import { projectRoute, readPath, readProject, runRoute, sweepRoute } from './paths.ts'
import { type EncodedMetrics, openRun, type Patience, type Run, type RunOptions } from './run.ts'
import type { Answer, Request } from './transport.ts'

/** For calls that create something: give the same key again to get the same thing again. Made anew for each call when absent. */
export interface Creating {
  readonly idempotencyKey?: string
}

/** A trial in our hands. `leaseMs` is how long the lease lasts without a sign of life. */
export type Trial = HandedTrial & { readonly leaseMs: number | undefined }

export type NextTrial =
  | { readonly kind: 'trial'; readonly trial: Trial }
  /** Paused, or as many are running as may: ask again later. */
  | { readonly kind: 'wait'; readonly retryAfterMs: number }
  /** There will be no more trials. */
  | { readonly kind: 'finished'; readonly reason: string }

/**
 * The HTTP API, a method a route. Sweep paths are `entity/project/sweep`, run paths `entity/project/run`; missing
 * parts in front come from the options. Every failure is a {@link ChimneyError}.
 */
export type Chimney = ReturnType<typeof chimney>

/** What a 204 means without a Retry-After, ms. */
const WAIT_MS = 5_000

/**
 * @example
 * const client = chimney()
 * const sweep = await client.createSweep({ method: 'random', parameters: { lr: { min: 0.001, max: 0.1 } } }, { project: 'digits' })
 * await client.agent(sweep.path, async (run) => {
 *   for (let epoch = 1; epoch <= 10 && !run.stopRequested; epoch++) await run.log({ epoch, loss: 1 / epoch })
 * }, { count: 5 })
 */
export const chimney = (options: ChimneyOptions = {}) => {
  const { url, key, project, timing, send, ...known } = connect(options)
  let { entity } = known
  const call = async <T>(request: Request): Promise<T> => (await send<T>(request)).body
  const create = (more: Creating | undefined) => ({
    idempotencyKey: more?.idempotencyKey ?? crypto.randomUUID(),
  })

  /** Defaults for short paths; asks the server whose key this is only when a path needs it. */
  const home = async (parts: number, full: number) => {
    if (entity === undefined && parts < full && key !== undefined) entity = (await viewer()).entity
    return { entity, project }
  }
  const parted = (path: string | undefined) => (path === undefined ? 0 : path.split('/').length)
  const sweepAt = async (path: string) => readPath(path, await home(parted(path), 3), 'sweep')
  const runAt = async (path: string) => readPath(path, await home(parted(path), 3), 'run')
  const projectAt = async (path?: string) => readProject(path, await home(parted(path), 2))
  const toRun = async (path: string, tail = '') => runRoute(await runAt(path)) + tail
  const toSweep = async (path: string, tail = '') => sweepRoute(await sweepAt(path)) + tail

  const viewer = () => call<Viewer>({ method: 'GET', path: '/v1/viewer' })

  const client = {
    url,
    key,
    timing,
    /** Completes a short sweep path to its parts. */
    sweepAt,
    /** Completes a short project path to its parts. */
    projectAt,

    health: () => call<Health>({ method: 'GET', path: '/healthz', retryForMs: 0 }),
    /** Whose key this is. */
    viewer,
    listKeys: async () => (await call<Page<KeyBody>>({ method: 'GET', path: '/v1/keys' })).items,
    /** The answer is the only one that ever holds the key itself. */
    createKey: (name: string, more: Creating & Omit<KeyCreate, 'name'> = {}) => {
      const { idempotencyKey, ...wish } = more
      return call<KeyCreated>({
        method: 'POST',
        path: '/v1/keys',
        body: { name, ...wish },
        ...create(idempotencyKey === undefined ? {} : { idempotencyKey }),
      })
    },
    /** Like {@link createKey}, for a key that goes on working for `graceSeconds` (a day). */
    rotateKey: (id: string, graceSeconds?: number) =>
      call<KeyCreated>({
        method: 'POST',
        path: `/v1/keys/${encodeURIComponent(id)}/rotate`,
        body: graceSeconds === undefined ? {} : { grace_seconds: graceSeconds },
      }),
    revokeKey: (id: string) => call<void>({ method: 'DELETE', path: `/v1/keys/${encodeURIComponent(id)}` }),
    /** The queues of agent functions. */
    listAgents: async () => (await call<Page<AgentQueue>>({ method: 'GET', path: '/v1/agents' })).items,
    /** Sends up to `count` dead letters of an agent function again; answers how many. */
    redrive: async (agent: string, count: number): Promise<number> =>
      (
        await call<{ moved: number }>({
          method: 'POST',
          path: `/v1/agents/${encodeURIComponent(agent)}/redrive`,
          body: { count },
        })
      ).moved,
    listProjects: async (of?: string, query: PageQuery = {}) => {
      const owner = of ?? (await home(0, 1)).entity
      if (!owner) throw new ChimneyError('bad-path', 'name an entity, or run `chimney login`')
      return call<Page<ProjectBody>>({
        method: 'GET',
        path: `/v1/${encodeURIComponent(owner)}/projects`,
        query: { ...query },
      })
    },

    /** A page of everything that is stored of a project. Needs an admin key. */
    readBackup: async (of?: string, cursor?: string) =>
      call<BackupPage>({
        method: 'GET',
        path: `${projectRoute(await projectAt(of))}/backup`,
        query: { cursor },
      }),
    /** Puts items of a backup into a project; what is there already stays. Needs an admin key. */
    restore: async (of: string | undefined, body: RestoreRequest) =>
      call<Restored>({ method: 'POST', path: `${projectRoute(await projectAt(of))}/backup`, body }),

    /** `config` is W&B's sweep config: an object, or its YAML or JSON text as it is. */
    createSweep: async (
      config: string | Readonly<Record<string, unknown>>,
      more: Creating & { entity?: string | undefined; project?: string | undefined } = {},
    ) => {
      const named = namesIn(config)
      const into = more.project ?? named.project ?? project ?? 'uncategorized'
      const of = more.entity ?? named.entity
      return call<SweepCreated>({
        method: 'POST',
        path: `${projectRoute(await projectAt(of === undefined ? into : `${of}/${into}`))}/sweeps`,
        body: config,
        ...(typeof config === 'string' ? { contentType: 'application/yaml' } : {}),
        ...create(more),
      })
    },
    listSweeps: async (of?: string, query: PageQuery = {}) =>
      call<Page<SweepBody>>({
        method: 'GET',
        path: `${projectRoute(await projectAt(of))}/sweeps`,
        query: { ...query },
      }),
    getSweep: async (path: string) => call<SweepBody>({ method: 'GET', path: await toSweep(path) }),
    updateSweep: async (path: string, patch: SweepPatch) =>
      call<SweepBody>({ method: 'PATCH', path: await toSweep(path), body: patch }),
    deleteSweep: async (path: string) => call<void>({ method: 'DELETE', path: await toSweep(path) }),

    /** Asks for one trial. Repeating it with the same idempotency key gives the same trial. */
    nextTrial: async (
      path: string,
      more: Creating & { agent?: string | undefined; signal?: AbortSignal; retryForMs?: number } = {},
    ): Promise<NextTrial> => {
      const body: NextTrialRequest = more.agent === undefined ? {} : { agent: more.agent }
      try {
        const answer = await send<HandedTrials | undefined>({
          method: 'POST',
          path: await toSweep(path, '/trials'),
          body,
          signal: more.signal,
          retryForMs: more.retryForMs,
          ...create(more),
        })
        const trial = answer.body?.trials[0]
        if (!trial) return { kind: 'wait', retryAfterMs: answer.retryAfterMs ?? WAIT_MS }
        return { kind: 'trial', trial: { ...trial, leaseMs: leaseMsOf(trial.lease_until, answer) } }
      } catch (error) {
        if (error instanceof ChimneyError && error.code === 'sweep-finished')
          return { kind: 'finished', reason: error.message }
        throw error
      }
    },
    /** Asks for up to `count` trials at once; none when the sweep is paused or full. A finished sweep throws `sweep-finished`. */
    nextTrials: async (path: string, body: NextTrialRequest, more?: Creating): Promise<readonly Trial[]> => {
      const answer = await send<HandedTrials | undefined>({
        method: 'POST',
        path: await toSweep(path, '/trials'),
        body,
        ...create(more),
      })
      const trials = answer.body?.trials ?? []
      return trials.map((trial) => ({ ...trial, leaseMs: leaseMsOf(trial.lease_until, answer) }))
    },
    /** These parameters are tried next. */
    enqueue: async (path: string, params: Readonly<Record<string, unknown>>, more?: Creating) =>
      call<Enqueued>({
        method: 'POST',
        path: await toSweep(path, '/enqueue'),
        body: { params },
        ...create(more),
      }),
    listTrials: async (path: string, query: PageQuery & { state?: string } = {}) =>
      call<Page<TrialBody>>({ method: 'GET', path: await toSweep(path, '/trials'), query: { ...query } }),
    /** Every trial, ascending by number. */
    async *trials(path: string, query: { state?: string } = {}): AsyncGenerator<TrialBody, void, void> {
      for (let cursor: string | undefined; ; ) {
        const page = await client.listTrials(path, { ...query, limit: 500, ...(cursor ? { cursor } : {}) })
        yield* page.items
        cursor = page.next_cursor
        if (cursor === undefined) return
      }
    },
    /** Undefined while no trial has a value. */
    best: async (path: string): Promise<TrialBody | undefined> => {
      try {
        return await call<TrialBody>({ method: 'GET', path: await toSweep(path, '/best') })
      } catch (error) {
        if (error instanceof ChimneyError && error.code === 'no-best-yet') return undefined
        throw error
      }
    },
    /** Where the running ones of these runs of the sweep stand, 50 at most: the last of the metric that each has told. */
    latest: async (path: string, runs: readonly string[]) =>
      call<Latest>({ method: 'GET', path: await toSweep(path, '/latest'), query: { runs: runs.join(',') } }),
    importance: async (path: string) =>
      call<Importance>({ method: 'GET', path: await toSweep(path, '/importance') }),
    /** What changed after `since`, a cursor of an earlier answer; everything when absent. */
    events: async (path: string, since?: string, signal?: AbortSignal) =>
      call<SweepEvents>({
        method: 'GET',
        path: await toSweep(path, '/events'),
        query: { since },
        signal,
      }),
    /**
     * What changes in a sweep, as it is found by asking every `everyMs` (2 s), until the sweep has ended and everything
     * is told. Each change of a trial is told once.
     */
    async *watch(
      path: string,
      more: { everyMs?: number; signal?: AbortSignal } = {},
    ): AsyncGenerator<SweepEvents, void, void> {
      const isNews = newsFilter()
      for (let since: string | undefined; !more.signal?.aborted; ) {
        const events = await client.events(path, since, more.signal)
        const trials = events.trials.filter(isNews.trial)
        if (isNews.sweep(events.sweep) || trials.length > 0) yield { ...events, trials }
        since = events.cursor
        const isOverNow = isOver(events.sweep)
        if (isOverNow && trials.length === 0) return
        // An answer tells so many trials at most, and the last of them have yet to be fetched.
        if (!isOverNow && !events.more) await timing.sleep(more.everyMs ?? 2_000, more.signal)
      }
    },

    createRun: async (of: string | undefined, body: RunCreate = {}, more?: Creating) =>
      call<RunBody>({
        method: 'POST',
        path: `${projectRoute(await projectAt(of))}/runs`,
        body,
        ...create(more),
      }),
    listRuns: async (of?: string, query: PageQuery = {}) =>
      call<Page<RunBody>>({
        method: 'GET',
        path: `${projectRoute(await projectAt(of))}/runs`,
        query: { ...query },
      }),
    getRun: async (path: string) => call<RunBody>({ method: 'GET', path: await toRun(path) }),
    updateRun: async (path: string, patch: RunPatch) =>
      call<RunBody>({ method: 'PATCH', path: await toRun(path), body: patch }),
    deleteRun: async (path: string) => call<void>({ method: 'DELETE', path: await toRun(path) }),
    /** Takes a dispatched trial: `lease-taken` when another has it, `run-ended` when it is over. */
    claim: async (path: string, body: ClaimRequest, more: { retryForMs?: number } = {}) => {
      const answer = await send<Claimed>({
        method: 'POST',
        path: await toRun(path, '/claim'),
        body,
        idempotencyKey: crypto.randomUUID(),
        retryForMs: more.retryForMs,
      })
      return { ...answer.body, leaseMs: leaseMsOf(answer.body.lease_until, answer) }
    },
    /** One request of metrics. {@link Run.log} is the comfortable way: it numbers, batches and repeats. */
    postMetrics: async (path: string, body: MetricsRequest | EncodedMetrics, more: Patience = {}) =>
      call<MetricsAnswer>({ method: 'POST', path: await toRun(path, '/metrics'), body, ...more }),
    /** The run's rows by step; all of them, or thinned evenly to `samples`. `from` and `to` are included. */
    history: async (
      path: string,
      query: { keys?: readonly string[]; from?: number; to?: number; samples?: number } = {},
    ): Promise<readonly HistoryRow[]> => {
      const rows: HistoryRow[] = []
      for (let cursor: string | undefined; ; ) {
        const page: Page<HistoryRow> = await call<Page<HistoryRow>>({
          method: 'GET',
          path: await toRun(path, '/metrics'),
          query: { ...query, keys: query.keys?.join(','), cursor, limit: 10_000 },
        })
        rows.push(...page.items)
        cursor = page.next_cursor
        if (cursor === undefined) return rows
      }
    },
    heartbeat: async (path: string, body: { attempt?: number } = {}, more: Patience = {}) => {
      const answer = await send<HeartbeatAnswer>({
        method: 'POST',
        path: await toRun(path, '/heartbeat'),
        body,
        ...more,
      })
      return { ...answer.body, leaseMs: leaseMsOf(answer.body.lease_until, answer) }
    },
    finish: async (path: string, body: FinishRequest, more: Patience = {}) =>
      call<FinishAnswer>({ method: 'POST', path: await toRun(path, '/finish'), body, ...more }),

    /** A run that no sweep asked for. It ends with the process, by its exit code, unless it was finished before. */
    startRun: async (of: string | undefined, body: RunCreate = {}, more?: RunOptions): Promise<Run> => {
      const made = await client.createRun(of, body)
      return openRun(
        client,
        { path: made.path, params: made.config, attempt: made.attempt || undefined },
        { finishOnExit: true, ...more },
      )
    },
    /** Takes trials of the sweep one after another and trains each, until the sweep is finished or `count` are done. */
    agent: <P extends object = Record<string, unknown>>(
      path: string,
      train: (run: Run<P>) => unknown,
      more?: AgentOptions,
    ): Promise<AgentReport> => runAgent(client, path, train, more),
  }
  return client
}

/** The length of a lease, by the server's clock alone, so that a wrong clock on this side does no harm. */
const leaseMsOf = (until: string | null, { serverNow }: Answer<unknown>): number | undefined =>
  until === null || serverNow === undefined ? undefined : Date.parse(until) - serverNow
