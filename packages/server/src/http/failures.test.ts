/** What callers and the log learn when a dependency of the service fails. */
import { MISCONFIGURED, Problem } from '@chimney/core/schema/problem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Deps } from '../deps.ts'
import { createApp } from './app.ts'
import type { LogLine } from './app-env.ts'
import { hashKey } from './auth/authenticator.ts'
import { ENTITY, KEY, PROJECT, type TestApp, testApp } from './test-app.ts'

const SWEEP = `method: grid
parameters: {a: {values: [1, 2]}}
dispatch: {agent: digits, concurrency: 2}
`
const throttled = new Problem('retryable', 'queue-unavailable', 'The queue is unavailable; try again.', {
  retryAfter: 2,
  cause: Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
})
const denied = new Problem('misconfigured', MISCONFIGURED, 'the service is misconfigured: no permission', {
  cause: Object.assign(new Error('arn:aws:sqs:eu:1:digits refuses'), { name: 'AccessDenied' }),
})

let test: TestApp
let failing: unknown
const lines: LogLine[] = []
const survived: string[] = []
let app: ReturnType<typeof createApp>
beforeAll(async () => {
  test = await testApp()
  const deps: Deps = {
    ...test.deps,
    queue: {
      ...test.deps.queue,
      send: async (...args) => {
        if (failing !== undefined) throw failing
        await test.deps.queue.send(...args)
      },
    },
    onFailure: (what) => survived.push(what),
  }
  app = createApp(deps, {
    masterKey: { hash: hashKey(KEY), entity: ENTITY },
    log: (line) => lines.push(line),
  })
})
afterAll(() => test.stop())
beforeEach(() => {
  failing = undefined
  lines.length = survived.length = 0
})

const create = async () => {
  const response = await app.request(`${PROJECT}/sweeps`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${KEY}` },
    body: SWEEP,
  })
  // biome-ignore lint/suspicious/noExplicitAny: a problem or a sweep
  return { response, body: (await response.json()) as any }
}
const sweeps = async () => (await test.call('GET', `${PROJECT}/sweeps`)).body.items ?? []

describe('a sweep whose first trials cannot be sent', () => {
  it('is created with a warning when the cause may pass, and the log has the cause', async () => {
    failing = throttled
    const { response, body } = await create()
    expect(response.status).toBe(201)
    expect(body.warnings).toEqual([expect.stringContaining('the first trials are not sent yet')])
    expect(survived).toEqual([`dispatch of sweep ${body.path}`])
    expect((await sweeps()).map(({ id }: { id: string }) => id)).toContain(body.id)
  })

  it('is named in the error when only an operator can help', async () => {
    failing = denied
    const { response, body } = await create()
    expect(response.status).toBe(500)
    expect(response.headers.get('retry-after')).toBeNull()
    const [newest] = await sweeps()
    expect(body).toMatchObject({ code: MISCONFIGURED, title: 'Internal error' })
    expect(body.detail).toContain(`sweep ${newest.path} was created, but its trials cannot be sent`)
    expect(body.detail).toContain(`request id ${response.headers.get('x-request-id')}`)
    expect(body.detail).not.toContain('arn:')
    expect(lines).toMatchObject([
      { status: 500, failure: `${MISCONFIGURED}: AccessDenied: arn:aws:sqs:eu:1:digits refuses` },
    ])
  })
})

it('logs the cause of a 503 once', async () => {
  const store = {
    ...test.deps.store,
    listSweeps: async () => {
      throw throttled
    },
  }
  const busy = createApp(
    { ...test.deps, store },
    {
      masterKey: { hash: hashKey(KEY), entity: ENTITY },
      log: (line) => lines.push(line),
    },
  )
  const headers = { Authorization: `Bearer ${KEY}` }
  expect((await busy.request(`${PROJECT}/sweeps`, { headers })).status).toBe(503)
  expect(lines).toMatchObject([
    { status: 503, failure: 'queue-unavailable: ThrottlingException: Rate exceeded' },
  ])
})
