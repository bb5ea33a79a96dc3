/** The service with a table on an embedded DynamoDB, and a clock that the test controls. */

import { createHash } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Problem } from '@chimney/core/schema/problem'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import type { Deps } from '@chimney/server/deps'
import { createApp } from '@chimney/server/http/app'
import { idFromText } from '@chimney/server/ids'
import type { TrialMessage } from '@chimney/server/queue/queue'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { createTable } from '@chimney/server/store/dynamo/table'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import type { RepairOptions } from '@chimney/server/sweeps/reconciler/repair-options'
import type { RepairReport } from '@chimney/server/sweeps/reconciler/repair-report'
import { clientOf, memoryTable } from '../faults/simulation-table.ts'
import { memoryFiles } from '../suites/memory-files.ts'

export const KEY = 'a'.repeat(40)
/** Signs the tokens in messages. */
export const TRIAL_SECRET = 'secret of trial tokens'
export const START = Date.UTC(2026, 0, 1)

// biome-ignore lint/suspicious/noExplicitAny: tests read what the wire says, and their assertions are the types
export type Wire = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Wire
}

export interface World {
  readonly deps: Deps
  /** For tests that read the table directly. */
  readonly client: DynamoDBClient
  readonly table: string
  /** Sends a request with the key of entity `acme`; a string body is sent unchanged. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>
  /** The service as a fetch handler. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Creates a sweep in acme/digits and returns its URL path. */
  readonly sweep: (config: unknown) => Promise<string>
  readonly advance: (seconds: number) => void
  readonly reconcile: (options?: Partial<RepairOptions>) => Promise<RepairReport>
  /** Whether the queues of agent functions are unavailable. */
  readonly refuseMessages: (refuse: boolean) => void
  /** Messages sent to agent functions, in order. */
  readonly sent: TrialMessage[]
  /** Capacity units by store call. */
  readonly units: { op: string; read: number; write: number }[]
}

/** One DynamoDB engine per test file, by default the embedded one; each world has its own table. */
export async function startEngine(start: typeof startDynamo = startDynamo) {
  const engine = await start()
  let tables = 0
  return {
    stop: engine.stop,
    world: async (settings: Partial<Deps['settings']> = {}): Promise<World> => {
      const client = dynamoClient(engine.endpoint)
      const table = `table-${++tables}`
      await createTable(client, table)
      return worldOver(client, table, settings)
    },
  }
}

/** For tests with many items: a table in memory, which counts units, too. */
export const memoryWorld = (settings: Partial<Deps['settings']> = {}): World => {
  const { execute } = memoryTable()
  return worldOver(
    clientOf(async (command) => execute(command)),
    'memory',
    settings,
  )
}

function worldOver(client: DynamoDBClient, table: string, settings: Partial<Deps['settings']>): World {
  let now = START
  let ids = 0
  let refuse = false
  const sent: TrialMessage[] = []
  const units: World['units'] = []
  const deps: Deps = {
    store: dynamoStore({
      client,
      table,
      meter: (op, { read, write }) => units.push({ op, read, write }),
    }),
    queue: {
      agents: ['digits'],
      send: async (_agent, messages) => {
        if (refuse) throw new Problem('retryable', 'queue-unavailable', 'The queue is unavailable.')
        sent.push(...messages)
      },
    },
    files: memoryFiles(),
    clock: { now: () => now },
    settings: { leaseSeconds: 60, publicUrl: 'https://chimney.example', ...settings },
    randomId: (length) => idFromText(`${table}:${++ids}`, length),
  }
  const app = createApp(deps, {
    masterKey: { hash: createHash('sha256').update(KEY).digest('hex'), entity: 'acme' },
    trialSecret: TRIAL_SECRET,
  })
  const call: World['call'] = async (method, path, body, headers = {}) => {
    const response = await app.request(path, {
      method,
      headers: {
        Authorization: `Bearer ${KEY}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body:
        text === ''
          ? undefined
          : response.headers.get('content-type')?.includes('json')
            ? JSON.parse(text)
            : text,
    }
  }
  return {
    deps,
    client,
    table,
    call,
    fetch: (request) => app.fetch(request),
    refuseMessages: (value) => {
      refuse = value
    },
    sent,
    units,
    advance: (seconds) => {
      now += seconds * 1000
    },
    reconcile: (options) => reconcile(deps, options),
    sweep: async (config) => {
      const answer = await call('POST', '/v1/acme/digits/sweeps', config)
      if (answer.status !== 201) throw new Error(`the sweep was refused: ${JSON.stringify(answer.body)}`)
      return `/v1/acme/digits/sweeps/${answer.body.id}`
    },
  }
}

export type Engine = Awaited<ReturnType<typeof startEngine>>
export const runPathOf = (run: string): string => `/v1/acme/digits/runs/${run}`
