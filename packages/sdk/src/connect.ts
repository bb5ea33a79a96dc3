import { readLogin } from './login-file.ts'
import { systemTiming, type Timing } from './timing.ts'
import { createTransport } from './transport.ts'

export interface ChimneyOptions {
  /** Where the server is. By default CHIMNEY_URL, then what `chimney login` stored, then http://localhost:8787. */
  readonly url?: string | undefined
  /** By default CHIMNEY_API_KEY, then what `chimney login` stored for this URL. */
  readonly key?: string | undefined
  /** Completes `project/sweep`. By default CHIMNEY_ENTITY, then the login's, then the key's own entity. */
  readonly entity?: string | undefined
  /** Completes a bare `sweep`. By default CHIMNEY_PROJECT. */
  readonly project?: string | undefined
  /** For one attempt of one request, ms. 30 s by default. */
  readonly timeoutMs?: number
  /** How long a request that fails for a passing reason is repeated, ms. 2 minutes by default; metrics have their own. */
  readonly retryForMs?: number
  readonly fetch?: typeof globalThis.fetch
  readonly timing?: Timing
  /** Reads an answer; `JSON.parse` by default. With `parseJson` of `@chimney/core/schema/json`, `1.0` stays apart from `1`. */
  readonly parse?: (text: string) => unknown
}

const DEFAULT_URL = 'http://localhost:8787'

/** Fills in what the options leave open, from the environment and the login, and opens the way to the server. */
export const connect = (options: ChimneyOptions) => {
  const login = readLogin()
  const url = (options.url ?? process.env.CHIMNEY_URL ?? login?.url ?? DEFAULT_URL).replace(/\/+$/, '')
  // The stored key belongs to the stored address: it must not travel to another one.
  const stored = login?.url === url ? login : undefined
  const key = options.key ?? process.env.CHIMNEY_API_KEY ?? stored?.key
  const project = options.project ?? process.env.CHIMNEY_PROJECT
  const entity = options.entity ?? process.env.CHIMNEY_ENTITY ?? stored?.entity
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
  return { url, key, project, entity, timing, send }
}
