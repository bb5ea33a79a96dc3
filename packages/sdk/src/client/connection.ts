import type { Viewer } from '@chimney/core/schema/api/keys'
import { readLogin } from '../login-file.ts'
import { systemTiming, type Timing } from '../timing.ts'
import { createTransport, type Request } from '../transport.ts'
import { projectRoute, readPath, readProject, runRoute, sweepRoute } from './paths.ts'

export interface ChimneyOptions {
  /** Server address. Default: CHIMNEY_URL, then the URL stored by `chimney login`, then http://localhost:8787. */
  readonly url?: string | undefined
  /** API key. Default: CHIMNEY_API_KEY, then the key stored by `chimney login` for this URL. */
  readonly key?: string | undefined
  /** Completes the path `project/sweep`. Default: CHIMNEY_ENTITY, then the entity of the login, then that of the key. */
  readonly entity?: string | undefined
  /** Completes the path `sweep`. Default: CHIMNEY_PROJECT. */
  readonly project?: string | undefined
  /** Timeout of one attempt of a request, ms. Default: 30 s. */
  readonly timeoutMs?: number
  /** How long a request with a transient failure is retried, ms. Default: 2 minutes. Metrics have their own limit. */
  readonly retryForMs?: number
  readonly fetch?: typeof globalThis.fetch
  readonly timing?: Timing
  /** Parser of response bodies. Default: `JSON.parse`, which does not distinguish `1.0` from `1`. */
  readonly parse?: (text: string) => unknown
}

/** Options of calls that create something. */
export interface CreateOptions {
  /** Requests with the same key create one thing. Default: a new key per call. */
  readonly idempotencyKey?: string
}

export interface PageQuery {
  readonly cursor?: string
  readonly limit?: number
}

/** Sends requests and completes paths; shared by the calls of all resources. */
export type Connection = ReturnType<typeof openConnection>

const DEFAULT_URL = 'http://localhost:8787'

export const openConnection = (options: ChimneyOptions) => {
  const login = readLogin()
  const url = (options.url ?? process.env.CHIMNEY_URL ?? login?.url ?? DEFAULT_URL).replace(/\/+$/, '')
  // A stored key must not be sent to another server.
  const stored = login?.url === url ? login : undefined
  const key = options.key ?? process.env.CHIMNEY_API_KEY ?? stored?.key
  const project = options.project ?? process.env.CHIMNEY_PROJECT
  let entity = options.entity ?? process.env.CHIMNEY_ENTITY ?? stored?.entity
  const timing = options.timing ?? systemTiming
  const send = createTransport({
    url,
    key,
    fetch: options.fetch ?? globalThis.fetch,
    timing,
    timeoutMs: options.timeoutMs ?? 30_000,
    retryForMs: options.retryForMs ?? 120_000,
    parse: options.parse ?? JSON.parse,
  })
  const call = async <T>(request: Request): Promise<T> => (await send<T>(request)).body
  const viewer = () => call<Viewer>({ method: 'GET', path: '/v1/viewer' })

  /** Requests the entity of the key only when the path has no entity. */
  const defaultsFor = async (path: string | undefined, fullLength: number) => {
    const length = path === undefined ? 0 : path.split('/').length
    if (entity === undefined && length < fullLength && key !== undefined) entity = (await viewer()).entity
    return { entity, project }
  }
  const sweepAt = async (path: string) => readPath(path, await defaultsFor(path, 3), 'sweep')
  const runAt = async (path: string) => readPath(path, await defaultsFor(path, 3), 'run')
  const projectAt = async (path?: string) => readProject(path, await defaultsFor(path, 2))

  return {
    url,
    key,
    timing,
    /** The default project. */
    project,
    send,
    call,
    viewer,
    defaultEntity: async () => (await defaultsFor(undefined, 1)).entity,
    sweepAt,
    projectAt,
    projectRoute: async (path: string | undefined, tail: string) =>
      projectRoute(await projectAt(path)) + tail,
    sweepRoute: async (path: string, tail = '') => sweepRoute(await sweepAt(path)) + tail,
    runRoute: async (path: string, tail = '') => runRoute(await runAt(path)) + tail,
    idempotencyOf: (options: CreateOptions | undefined) => ({
      idempotencyKey: options?.idempotencyKey ?? crypto.randomUUID(),
    }),
  }
}
