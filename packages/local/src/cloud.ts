import { createHash, createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@chimney/server/clock'
import type { Deps } from '@chimney/server/deps'
import { failureOf } from '@chimney/server/failure-text'
import { createApp } from '@chimney/server/http/app'
import type { AppOptions } from '@chimney/server/http/app-env'
import { idFromBytes } from '@chimney/server/ids'
import { sqsDeadLetterQueues } from '@chimney/server/queue/dead-letter-queues'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { sqsQueue } from '@chimney/server/queue/sqs-queue'
import { sqsRepairQueue } from '@chimney/server/queue/sqs-repair-queue'
import { sqsWebhookQueue } from '@chimney/server/queue/sqs-webhook-queue'
import { withTrialTokens } from '@chimney/server/queue/trial-token'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import type { Meter } from '@chimney/server/store/dynamo/io'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { createTable } from '@chimney/server/store/dynamo/table'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { mountWandb } from '@chimney/server/wandb/wandb-api'
import { CloudError } from './cloud-error.ts'
import { createKey, lockDataFolder, readOrCreateKey } from './folder/data-folder.ts'
import { watchDisk } from './folder/disk-watch.ts'
import { localFiles } from './folder/local-files.ts'
import { startControl } from './http/control.ts'
import { withGatewayLimits } from './http/gateway-limits.ts'
import { type Fetch, serve } from './http/serve.ts'
import { type Disposables, disposables } from './process/disposables.ts'
import { setEnvironment } from './process/set-environment.ts'
import { deadQueue, makeAgentQueue, makeRepairQueue, makeWebhookQueue } from './queues/agent-queues.ts'
import { startSqs } from './queues/embedded-sqs.ts'
import { startEventSource } from './queues/event-source.ts'
import type { LocalAgent } from './queues/local-agent.ts'
import { startRepair } from './queues/repair.ts'
import { sqsReceiver } from './queues/sqs-receiver.ts'
import { startWebhooks } from './queues/webhooks.ts'
import { searchThreads } from './search/search-threads.ts'
import { checkTables } from './tables/check-tables.ts'
import { type InProcessDynamo, openDynamo } from './tables/in-process-dynamo.ts'

export interface CloudOptions {
  /** Folder of all data, locked by one process at a time. Without it, data is in memory and lost with the stop. */
  readonly dataDir?: string | undefined
  /** Whether tables with wrong checksums are opened; refused by default. */
  readonly damagedTables?: 'refuse' | 'open' | undefined
  /** 0 selects a free one. */
  readonly port: number
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string | undefined
  readonly agents: readonly LocalAgent[]
  /** The API key; by default the one in the data folder, created when missing. */
  readonly key?: string | undefined
  /** The entity of the key; `local` by default. */
  readonly entity?: string | undefined
  /** The address for links and uploads; by default the one that each client uses. */
  readonly publicUrl?: string | undefined
  /** Whether the forwarded headers of a proxy say which address a client uses; true by default. */
  readonly trustProxy?: boolean
  /** Whether webhooks may have addresses of this machine and of private networks, and `http:`; false by default. */
  readonly privateWebhooks?: boolean
  /** 300 by default. */
  readonly leaseSeconds?: number | undefined
  /** Servers that replace the embedded ones, see {@link startCloud}. */
  readonly endpoints?: {
    readonly dynamodb?: string | undefined
    readonly sqs?: string | undefined
    readonly s3?: string | undefined
  }
  /**
   * The limits of the deployed service: sizes of requests and responses, the throttle of the stage, the request limit of keys, and
   * no event streams. False by default.
   */
  readonly strict?: boolean
  /** For leases and timestamps; the system clock by default. */
  readonly clock?: Clock
  /** The most threads for suggestions, see {@link searchThreads}; 0, the default, computes them in this thread. */
  readonly searchThreads?: number | undefined
  /** A minute by default, or half a lease when that is less; 0 starts no timer. */
  readonly reconcileEveryMs?: number
  /** Further options of the app, such as pages. */
  readonly app?: AppOptions
  /** Receives the capacity that each call of the store consumed. */
  readonly meter?: Meter
  /** How long a stop waits for running agent functions and for requests; 800 and 400 ms by default. */
  readonly grace?: { readonly agentMs: number; readonly requestMs: number }
  /** Receives a sentence for each failure outside of a request. */
  readonly log?: (line: string) => void
}

export interface Cloud {
  /** Without a trailing slash. */
  readonly url: string
  readonly key: string
  readonly entity: string
  /** The dependencies of the use cases, for tests below the HTTP API. */
  readonly deps: Deps
  /** Waits briefly for running agent functions and requests, then stops everything. Idempotent. */
  stop(): Promise<void>
}

const TABLE = 'chimney'
/** Options of the deployed app (`server/src/lambda/api.ts`). */
const DEPLOYED = { streams: false, requestsPerMinute: 12_000 } as const
const MINUTE_MS = 60_000
/** Together below the deadline of `stop-signals.ts`. */
const SHORT_GRACE = { agentMs: 800, requestMs: 400 } as const
const POLL_TIMEOUT_MS = 60_000 // a long poll takes 20 s, and trainings may block this thread
const VISIBILITY_FACTOR = 6 // recommended by AWS
const REPAIR_POLLERS = 1
const WEBHOOK_POLLERS = 1
const WEBHOOK_VISIBILITY_SECONDS = 180
const REPAIR_VISIBILITY_SECONDS = 60 // no other process repairs, and the next minute repeats it

/**
 * Starts the whole service on this machine: DynamoDB, SQS with a dead-letter queue for each agent function, their event
 * sources, the minute timer, files, and the HTTP app on one port. Resolves when all of it is ready. An endpoint replaces the
 * embedded server by another emulator, or by AWS with the credentials of the environment.
 *
 * The embedded queue is in memory, so a start enqueues the queued trials again.
 *
 * Throws {@link CloudError} for errors that the user can fix, after it has stopped what was started.
 */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const open = disposables()
  try {
    return await start(options, open)
  } catch (error) {
    await open.disposeAsync().catch(() => {}) // the first error is the cause
    throw error
  }
}

const start = async (options: CloudOptions, open: Disposables): Promise<Cloud> => {
  const { endpoints = {}, clock = systemClock, entity = 'local', log = () => {}, agents } = options
  const { leaseSeconds = 300, grace = SHORT_GRACE } = options

  // The SDK warns about the end of Node 20; its version is pinned, so users could do nothing about it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

  // The port comes first: a second start by mistake fails before it opens the data.
  let fetch: Fetch = notReady
  const server = await serve((request) => fetch(request), options.host ?? '127.0.0.1', options.port)
  open.defer(() => server.stop(grace.requestMs))

  const folder = options.dataDir === undefined ? undefined : await lockDataFolder(options.dataDir)
  if (folder) {
    open.defer(folder.release)
    open.defer(watchDisk(folder.path, log).stop)
  }
  const key = options.key ?? (folder ? await readOrCreateKey(folder) : createKey())

  const tables = endpoints.dynamodb === undefined ? await folder?.inside('dynamodb') : undefined
  if (tables !== undefined) await checkTables(tables, options.damagedTables)
  const sqs = endpoints.sqs ?? (await embedded(startSqs(), open))
  const embeddedTables = endpoints.dynamodb === undefined ? await openDynamo(tables, log) : undefined
  const database = embeddedTables ?? remoteDynamo(endpoints.dynamodb ?? '')
  open.defer(database.stop)
  await reachableOr('DYNAMODB_ENDPOINT', endpoints.dynamodb ?? '', () => createTable(database.client, TABLE))

  const sender = sqsClient(sqs)
  // Each poller holds a connection for its long poll, and another for deletions.
  const pollers = agents.reduce((sum, agent) => sum + agent.concurrency, REPAIR_POLLERS + WEBHOOK_POLLERS)
  const receiver = sqsClient(sqs, { timeoutMs: POLL_TIMEOUT_MS, sockets: 2 * pollers + 1 })
  open.defer(() => {
    sender.destroy()
    receiver.destroy()
  })
  const urls = new Map<string, string>()
  for (const agent of agents) {
    const visibilitySeconds = agent.visibilitySeconds ?? VISIBILITY_FACTOR * agent.timeoutSeconds
    const make = () => makeAgentQueue(sender, { name: agent.name, visibilitySeconds })
    urls.set(agent.name, await reachableOr('SQS_ENDPOINT', sqs, make))
  }

  const { reconcileEveryMs = Math.min(MINUTE_MS, leaseSeconds * 500) } = options
  const makeRepairs = () => makeRepairQueue(sender, REPAIR_VISIBILITY_SECONDS)
  const repairUrl = reconcileEveryMs === 0 ? undefined : await reachableOr('SQS_ENDPOINT', sqs, makeRepairs)

  const webhookUrl = await reachableOr('SQS_ENDPOINT', sqs, () =>
    makeWebhookQueue(sender, WEBHOOK_VISIBILITY_SECONDS),
  )
  const webhooks = sqsWebhookQueue({ client: sender, url: webhookUrl })

  const filesFolder = (await folder?.inside('files')) ?? (await temporaryFolder(open))
  const { files, routes } = await reachableOr('S3_ENDPOINT', endpoints.s3 ?? '', () =>
    localFiles({ folder: filesFolder, url: server.url, key, clock, s3: endpoints.s3 }),
  )
  const control =
    folder && embeddedTables
      ? await startControl(server.url, { data: folder.path, copyTables: embeddedTables.copyTo }, log)
      : undefined
  if (control) open.defer(control.stop)
  // As in the cloud: agent functions have no key, but a token for each trial.
  const trialSecret = createHmac('sha256', key).update('chimney trial tokens').digest('hex')
  // Embedded data and queues belong to this process alone.
  const alone = endpoints.dynamodb === undefined && endpoints.sqs === undefined
  const randomId = (length: number) => idFromBytes(randomBytes(length), length)
  const threads = options.searchThreads ? searchThreads({ most: options.searchThreads, log }) : undefined
  if (threads) open.defer(threads.stop)
  const deps: Deps = {
    ...(threads && { planner: threads }),
    store: dynamoStore({
      client: database.client,
      table: TABLE,
      ...(options.meter && { meter: options.meter }),
    }),
    queue: withTrialTokens(sqsQueue({ client: sender, urls: Object.fromEntries(urls) }), trialSecret, clock),
    webhooks,
    files,
    clock,
    settings: {
      leaseSeconds,
      ...(options.privateWebhooks && { privateWebhooks: true }),
      ...(alone && { soleProcess: `${randomId(8)}-` }),
      publicUrl: options.publicUrl ?? server.url,
      ...(options.publicUrl === undefined && {
        addressFrom: options.trustProxy === false ? 'request' : 'proxy',
      }),
      filesUrl: server.url,
    },
    randomId,
    onFailure: (what, error) => log(`${what} failed: ${failureOf(error) ?? String(error)}`),
  }
  const app = createApp(deps, {
    deadLetterQueues: sqsDeadLetterQueues({
      client: sender,
      urls: Object.fromEntries(urls),
      deadLetters: deadLettersOf(urls),
    }),
    trialSecret,
    masterKey: { hash: createHash('sha256').update(key).digest('hex'), entity },
    log: (line) =>
      line.status >= 500 && log(`${line.method} ${line.path} answered ${line.status}: ${line.failure}`),
    ...(options.strict && DEPLOYED),
    ...options.app,
    mount: (mounted, tools) => {
      mounted.route('/', routes)
      if (control) mounted.route('/', control.routes)
      mountWandb(mounted, deps, tools)
      options.app?.mount?.(mounted, tools)
    },
  })

  const format = await deps.store.migrate()
  if (format.from > format.to + 1)
    throw new CloudError(
      `The tables${tables === undefined ? '' : ` in ${tables}`} have format ${format.from}, and this version of Chimney reads up to ${format.to + 1}. Start the newer version that has written them, or set CHIMNEY_DATA to another folder.`,
    )
  await deps.store.recordFormat()
  // A trial that looks lost is lost: repair it without a grace period.
  for (const { path, message } of (await reconcile(deps, alone ? { graceMs: 0, resendAfterMs: 0 } : {}))
    .errors)
    log(`${path} could not be reconciled and will be retried: ${message}`)
  const respond: Fetch = (request) => app.fetch(request)
  fetch = options.strict ? withGatewayLimits(respond, clock.now) : respond
  open.defer(() => server.stop(grace.requestMs)) // before the data that requests read and write

  if (agents.length > 0) open.defer(setEnvironment({ CHIMNEY_URL: server.url }))
  const sources = agents.map((agent) =>
    startEventSource({ ...agent, receiver: sqsReceiver(receiver, urls.get(agent.name) ?? ''), log }),
  )
  open.defer(() => Promise.all(sources.map((source) => source.stop(grace.agentMs))))
  const deliveries = startWebhooks({
    deps: { ...deps, webhooks },
    receiver: sqsReceiver(receiver, webhookUrl),
    log,
  })
  open.defer(() => deliveries.stop(grace.agentMs))
  if (repairUrl !== undefined) {
    const repair = startRepair({
      deps: { ...deps, repairs: sqsRepairQueue({ client: sender, url: repairUrl }) },
      receiver: sqsReceiver(receiver, repairUrl),
      pollers: REPAIR_POLLERS,
      everyMs: reconcileEveryMs,
      log,
    })
    open.defer(() => repair.stop(grace.agentMs))
  }

  return { url: server.url, key, entity, deps, stop: open.disposeAsync }
}

/** Dead-letter queues are named after their queues. */
const deadLettersOf = (urls: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...urls].map(([agent, url]) => [agent, deadQueue(url)]))

const notReady: Fetch = () =>
  new Response('Chimney is starting; try again.\n', { status: 503, headers: { 'Retry-After': '1' } })

const remoteDynamo = (endpoint: string): Pick<InProcessDynamo, 'client' | 'stop'> => {
  const client = dynamoClient(endpoint)
  return { client, stop: async () => client.destroy() }
}

const embedded = async (
  starting: Promise<{ endpoint: string; stop(): Promise<void> }>,
  open: Disposables,
): Promise<string> => {
  const server = await starting
  open.defer(server.stop)
  return server.endpoint
}

const temporaryFolder = async (open: Disposables): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'chimney-'))
  open.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const reachableOr = async <T>(variable: string, endpoint: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    const { name, message } = cause as Error
    if (name === 'DataFolderNotWritable') throw new CloudError(message)
    throw new CloudError(`${endpoint} does not work (${name}: ${message}); check ${variable}.`)
  }
}
