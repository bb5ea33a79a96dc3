import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@chimney/server/clock'
import type { Deps } from '@chimney/server/deps'
import { createApp } from '@chimney/server/http/app'
import type { AppOptions } from '@chimney/server/http/app-env'
import { idFromBytes } from '@chimney/server/ids'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { sqsDesk } from '@chimney/server/queue/sqs-desk'
import { sqsQueue } from '@chimney/server/queue/sqs-queue'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import type { Meter } from '@chimney/server/store/dynamo/io'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { createTable } from '@chimney/server/store/dynamo/table'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { mountWandb } from '@chimney/server/wandb/wandb-api'
import { deadQueue, makeAgentQueue } from './agent-queues.ts'
import { closers } from './closers.ts'
import { CloudError } from './cloud-error.ts'
import { keptKey, newKey, takeFolder } from './data-folder.ts'
import { startDynamo } from './embedded-dynamo.ts'
import { startSqs } from './embedded-sqs.ts'
import { startEventSource } from './event-source.ts'
import type { SqsHandler } from './lambda-types.ts'
import { lendEnvironment } from './lend-environment.ts'
import { localFiles } from './local-files.ts'
import { sqsSource } from './record-source.ts'
import { type Fetch, serve } from './serve.ts'
import { startTimer } from './timer.ts'

/** An agent function as it would be deployed. */
export interface LocalAgent {
  /** Names its queue; `dispatch.agent` of a sweep names it. */
  readonly name: string
  readonly handler: SqsHandler
  /** Records in one call, 1 to 10. */
  readonly batchSize: number
  /** Calls at a time. */
  readonly concurrency: number
  /** How long one call may take. */
  readonly timeoutSeconds: number
  /** When a failed record comes back. As deployed: six times the timeout, unless given. */
  readonly visibilitySeconds?: number | undefined
  readonly memoryMb?: number | undefined
}

export interface CloudOptions {
  /** Keeps everything, and belongs to one process at a time. Absent: all is in memory and gone after the stop. */
  readonly dataDir?: string | undefined
  /** 0 takes a free one. */
  readonly port: number
  /** The address to listen on; 127.0.0.1 unless given. */
  readonly host?: string | undefined
  readonly agents: readonly LocalAgent[]
  /** The API key; the one kept in the data folder unless given, made when there is none. */
  readonly key?: string | undefined
  /** The entity of the key; `local` unless given. */
  readonly entity?: string | undefined
  /** 300 unless given. */
  readonly leaseSeconds?: number | undefined
  /** Other places than the embedded ones, see {@link startCloud}. */
  readonly endpoints?: {
    readonly dynamodb?: string | undefined
    readonly sqs?: string | undefined
    readonly s3?: string | undefined
  }
  /** For leases and time stamps; the machine's unless given. */
  readonly clock?: Clock
  /** A minute unless given, or half a lease when that is less; 0 leaves reconciling to the caller. */
  readonly reconcileEveryMs?: number
  /** More for the app: other doors, pages. */
  readonly app?: AppOptions
  /** Is told what DynamoDB charges for each call of the store. */
  readonly meter?: Meter
  /** Gets a sentence for whatever goes wrong behind the scenes. */
  readonly log?: (line: string) => void
}

export interface Cloud {
  /** Without a trailing slash. */
  readonly url: string
  readonly key: string
  readonly entity: string
  /** What the use cases work with, for tests that look behind the door. */
  readonly deps: Deps
  /** Gives agent functions and requests under way a few seconds, then ends. Stopping twice is harmless. */
  stop(): Promise<void>
}

const TABLE = 'chimney'
const MINUTE_MS = 60_000
const STOP_GRACE_MS = 3_000
const POLL_ANSWER_MS = 60_000 // a long poll of 20 s, and a thread that others keep busy
const VISIBILITY_FACTOR = 6 // what AWS recommends

/**
 * Starts the whole service on this machine: DynamoDB, SQS with a dead-letter queue for each agent function, their event
 * sources, the minute timer, files, and the HTTP app on one port. It answers once everything works. An endpoint takes
 * the place of the embedded server: of another emulator, or of AWS with the credentials of the surroundings.
 *
 * The embedded queue is in memory, so a start first makes queued trials known to their agents again.
 *
 * Throws {@link CloudError} for what a person can mend; whatever was started by then is stopped.
 */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const open = closers()
  try {
    return await start(options, open)
  } catch (error) {
    await open.close().catch(() => {}) // the first error is the one that explains
    throw error
  }
}

const start = async (options: CloudOptions, open: ReturnType<typeof closers>): Promise<Cloud> => {
  const { endpoints = {}, clock = systemClock, entity = 'local', log = () => {}, agents } = options
  const { leaseSeconds = 300 } = options

  // The SDK's version is pinned, and whoever starts this cannot change it: no need to tell them that Node 20 has an end.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

  // The port comes first: two starts by mistake shall not fight over the data.
  let fetch: Fetch = notReady
  const server = await serve((request) => fetch(request), options.host ?? '127.0.0.1', options.port)
  open.add(() => server.stop(STOP_GRACE_MS))

  const folder = options.dataDir === undefined ? undefined : await takeFolder(options.dataDir)
  if (folder) open.add(folder.release)
  const key = options.key ?? (folder ? await keptKey(folder) : newKey())

  const dynamodb = endpoints.dynamodb ?? (await embedded(startDynamo(await folder?.inside('dynamodb')), open))
  const sqs = endpoints.sqs ?? (await embedded(startSqs(), open))
  const database = dynamoClient(dynamodb)
  open.add(() => database.destroy())
  await reachableOr('DYNAMODB_ENDPOINT', dynamodb, () => createTable(database, TABLE))

  const sender = sqsClient(sqs)
  // Each call under way of an agent function is a long poll before, and a deletion after.
  const lanes = agents.reduce((sum, agent) => sum + agent.concurrency, 0)
  const receiver = sqsClient(sqs, { answerMs: POLL_ANSWER_MS, sockets: 2 * lanes + 1 })
  open.add(() => {
    sender.destroy()
    receiver.destroy()
  })
  const urls = new Map<string, string>()
  for (const agent of agents) {
    const visibilitySeconds = agent.visibilitySeconds ?? VISIBILITY_FACTOR * agent.timeoutSeconds
    const make = () => makeAgentQueue(sender, { name: agent.name, visibilitySeconds })
    urls.set(agent.name, await reachableOr('SQS_ENDPOINT', sqs, make))
  }

  const filesFolder = (await folder?.inside('files')) ?? (await temporaryFolder(open))
  const { files, routes } = await reachableOr('S3_ENDPOINT', endpoints.s3 ?? '', () =>
    localFiles({ folder: filesFolder, url: server.url, key, clock, s3: endpoints.s3 }),
  )
  const deps: Deps = {
    store: dynamoStore({ client: database, table: TABLE, ...(options.meter && { meter: options.meter }) }),
    queue: sqsQueue({ client: sender, urls: Object.fromEntries(urls) }),
    files,
    clock,
    settings: { leaseSeconds, publicUrl: server.url },
    randomId: (length) => idFromBytes(randomBytes(length), length),
  }
  const app = createApp(deps, {
    desk: sqsDesk({ client: sender, urls: Object.fromEntries(urls), deadLetters: deadLettersOf(urls) }),
    masterKey: { hash: createHash('sha256').update(key).digest('hex'), entity },
    log: (line) =>
      line.status >= 500 && log(`${line.method} ${line.path} answered ${line.status}: ${line.failure}`),
    ...options.app,
    mount: (mounted, tools) => {
      mounted.route('/', routes)
      mountWandb(mounted, deps, tools)
      options.app?.mount?.(mounted, tools)
    },
  })

  await deps.store.migrate()
  // Nobody else works on embedded data and queues now, so nothing that looks lost is somebody's work in progress.
  const alone = endpoints.dynamodb === undefined && endpoints.sqs === undefined
  const repair = async (patience = {}) => {
    for (const { path, message } of (await reconcile(deps, patience)).errors)
      log(`${path} could not be reconciled, and is tried again: ${message}`)
  }
  await repair(alone ? { graceMs: 0, resendAfterMs: 0 } : {})
  fetch = (request) => app.fetch(request)
  open.add(() => server.stop(STOP_GRACE_MS)) // before the data that its requests work on

  if (agents.length > 0)
    open.add(lendEnvironment({ CHIMNEY_URL: server.url, CHIMNEY_API_KEY: key, CHIMNEY_ENTITY: entity }))
  const sources = agents.map((agent) =>
    startEventSource({ ...agent, source: sqsSource(receiver, urls.get(agent.name) ?? ''), log }),
  )
  open.add(() => Promise.all(sources.map((source) => source.stop(STOP_GRACE_MS))))
  if (options.reconcileEveryMs !== 0)
    open.add(
      startTimer(options.reconcileEveryMs ?? Math.min(MINUTE_MS, leaseSeconds * 500), repair, log).stop,
    )

  return { url: server.url, key, entity, deps, stop: open.close }
}

/** Dead-letter queues are called after the queues. */
const deadLettersOf = (urls: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...urls].map(([agent, url]) => [agent, deadQueue(url)]))

const notReady: Fetch = () =>
  new Response('Chimney is starting; try again.\n', { status: 503, headers: { 'Retry-After': '1' } })

const embedded = async (
  starting: Promise<{ endpoint: string; stop(): Promise<void> }>,
  open: ReturnType<typeof closers>,
): Promise<string> => {
  const server = await starting
  open.add(server.stop)
  return server.endpoint
}

const temporaryFolder = async (open: ReturnType<typeof closers>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'chimney-'))
  open.add(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const reachableOr = async <T>(variable: string, endpoint: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    const { name, message } = cause as Error
    throw new CloudError(`${endpoint} does not do its work (${name}: ${message}); see ${variable}.`)
  }
}
