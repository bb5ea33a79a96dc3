/** For tests of routes: the app over the embedded table, with a manual clock. */

import { type Engine, embeddedEngine } from '../../../../test/suites/embedded-table.ts'
import { memoryFiles } from '../../../../test/suites/memory-files.ts'
import type { Clock } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { TrialMessage } from '../queue/queue.ts'
import { dynamoStore } from '../store/dynamo/store.ts'
import { type AppOptions, createApp } from './app.ts'
import { hashKey } from './auth/authenticator.ts'

export const ENTITY = 'acme'
/** The master key of the app, of {@link ENTITY}. */
export const KEY = 'a'.repeat(40)
export const PROJECT = `/v1/${ENTITY}/digits`
export const SWEEP = `method: random
metric: {name: loss, goal: minimize}
parameters:
  lr: {min: 0.0001, max: 0.1}
  size: {values: [16, 32]}
seed: 7
run_cap: 3
`

export interface Sent {
  readonly body?: unknown
  /** Sent unchanged, instead of `body`. */
  readonly text?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Record<string, string>
  /** `null` sends no key. */
  readonly key?: string | null
}

export interface TestResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read responses of every shape
  readonly body: any
}

export interface TestApp {
  readonly deps: Deps
  readonly clock: Clock & { advance(ms: number): void }
  readonly sent: TrialMessage[]
  /** Number of successful writes to the table, but those that keep the names of what was requested and is unknown. */
  readonly written: () => number
  readonly app: ReturnType<typeof createApp>
  readonly call: (method: string, path: string, sent?: Sent) => Promise<TestResponse>
  readonly stop: () => Promise<void>
}

export async function testApp(options: AppOptions = {}): Promise<TestApp> {
  const engine: Engine = await embeddedEngine()
  const clock = movableClock()
  const sent: TrialMessage[] = []
  let ids = 0
  let written = 0
  engine.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const done = await next(args)
        const records = JSON.stringify(args.input).includes('unrecognized-requests')
        if (/^(Put|Update|Delete|BatchWrite)Item/.test(commandName ?? '') && !records) written++
        return done
      },
    { step: 'initialize' },
  )
  const deps: Deps = {
    store: dynamoStore({ client: engine.client, table: await engine.freshTable() }),
    queue: {
      agents: ['digits'],
      send: async (_agent, messages) => {
        sent.push(...messages)
      },
    },
    files: memoryFiles(),
    clock,
    settings: { leaseSeconds: 300, publicUrl: 'http://chimney.test' },
    // Unique, and the same in each run of a test.
    randomId: (length) => (ids++).toString(36).padStart(length, 'x').slice(-length),
  }
  const app = createApp(deps, { masterKey: { hash: hashKey(KEY), entity: ENTITY }, ...options })
  return {
    deps,
    clock,
    sent,
    written: () => written,
    app,
    call: (method, path, more) => call(app, method, path, more),
    stop: engine.stop,
  }
}

async function call(
  app: TestApp['app'],
  method: string,
  path: string,
  sent: Sent = {},
): Promise<TestResponse> {
  const key = sent.key === undefined ? KEY : sent.key
  const body = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body))
  const response = await app.request(path, {
    method,
    headers: { ...(key !== null && { Authorization: `Bearer ${key}` }), ...sent.headers },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

function movableClock(): TestApp['clock'] {
  let now = Date.UTC(2030, 0, 1)
  return {
    now: () => now,
    advance: (ms) => {
      now += ms
    },
  }
}
