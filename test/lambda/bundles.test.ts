import { createSocket } from 'node:dgram'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encodeTrialMessage } from '@chimney/core/schema/trial-message'
import { makeAgentQueue, makeRepairQueue } from '@chimney/local/queues/agent-queues'
import { startSqs } from '@chimney/local/queues/embedded-sqs'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { sqsClient } from '@chimney/server/queue/sqs-client'
import { trialToken } from '@chimney/server/queue/trial-token'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { createTable } from '@chimney/server/store/dynamo/table'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { BUNDLE_BUDGET, type Bundle, bundle } from '../bench/bundle/build.ts'
import { httpEvent, scheduleEvent, sqsEvent } from './events.ts'
import { type LambdaProcess, lambdaProcess } from './lambda-process.ts'
import { availableClients, availableRuntimes } from './runtimes.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
const TRIAL_SECRET = 'secret of trial tokens'
const SOURCES = {
  api: 'packages/server/src/lambda/api.ts',
  reconcile: 'packages/server/src/lambda/reconcile.ts',
  repair: 'packages/server/src/lambda/repair.ts',
  digits: 'examples/digits/src/agent.ts',
  agent: 'test/lambda/agent.ts',
}
type Name = keyof typeof SOURCES

const closing: (() => unknown)[] = []
let bundles: Record<Name, Bundle>
let environment: Record<string, string>
const measured: string[] = []

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chimney-lambda-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const entries = Object.entries(SOURCES).map(async ([name, source]) => [
    name,
    await bundle(source, join(folder, name)),
  ])
  bundles = Object.fromEntries(await Promise.all(entries))
  const [dynamo, sqs] = [await startDynamo(), await startSqs()]
  const [client, queues] = [dynamoClient(dynamo.endpoint), sqsClient(sqs.endpoint)]
  closing.push(
    () => Promise.all([dynamo.stop(), sqs.stop()]),
    () => client.destroy(),
    () => queues.destroy(),
  )
  await createTable(client, 'table')
  environment = {
    DYNAMODB_ENDPOINT: dynamo.endpoint,
    SQS_ENDPOINT: sqs.endpoint,
    CHIMNEY_PUBLIC_URL: 'https://chimney.example.org',
    CHIMNEY_REQUESTS_PER_MINUTE: '1000000',
    // Links, in the form of `sst shell`.
    SST_RESOURCE_App: JSON.stringify({ name: 'chimney', stage: 'test' }),
    SST_RESOURCE_Table: JSON.stringify({ name: 'table' }),
    SST_RESOURCE_Files: JSON.stringify({ name: 'bucket' }),
    SST_RESOURCE_Agents: JSON.stringify({
      urls: { digits: await makeAgentQueue(queues, { name: 'digits', visibilitySeconds: 60 }) },
    }),
    SST_RESOURCE_Repairs: JSON.stringify({ url: await makeRepairQueue(queues, 60) }),
    SST_RESOURCE_FirstKey: JSON.stringify({ value: KEY }),
    SST_RESOURCE_TrialTokens: JSON.stringify({ secret: TRIAL_SECRET }),
  }
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
  if (measured.length > 0) console.log(measured.join('\n'))
})

const environments = availableRuntimes().flatMap((runtime) =>
  availableClients().map((client) => ({ ...runtime, ...client })),
)

describe.each(environments)('under $name, called by $client', ({ name: runtime, node, program }) => {
  const running: LambdaProcess[] = []
  const start = async (name: Name, more: Record<string, string> = {}, timeoutMs = 29_000) => {
    const made = await lambdaProcess({
      node,
      bundle: bundles[name].entry,
      environment: { ...environment, ...more },
      timeoutMs,
      program,
    })
    running.push(made)
    return made
  }
  let api: LambdaProcess
  let url: string
  beforeAll(async () => {
    api = await start('api')
    url = await gateway(api)
  })
  afterAll(() => Promise.all(running.map((one) => one.stop())))

  const request = async (method: string, path: string, body?: unknown, headers = {}) => {
    const outcome = await api.invoke(
      httpEvent(method, path, {
        ...(body !== undefined && { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      }),
    )
    const value = (outcome as { value: { statusCode: number; body: string } }).value
    return { status: value.statusCode, body: value.body ? JSON.parse(value.body) : undefined }
  }
  const sweep = async (parameters: object, more = {}) =>
    (
      await request('POST', '/v1/local/lambda/sweeps', {
        method: 'grid',
        metric: { name: 'loss' },
        parameters,
        dispatch: { agent: 'digits', concurrency: 10 },
        ...more,
      })
    ).body.id as string
  const tokenOf = (run: string) =>
    trialToken(TRIAL_SECRET, { entity: 'local', project: 'lambda', run }, Date.now() + 3_600_000)
  const message = (id: string, number: number) =>
    encodeTrialMessage({
      v: 1,
      entity: 'local',
      project: 'lambda',
      sweep: id,
      number,
      run: `${id}-${number}`,
      attempt: 1,
      token: tokenOf(`${id}-${number}`),
    })
  const trials = async (id: string) =>
    (await request('GET', `/v1/local/lambda/sweeps/${id}/trials`)).body.items as { state: string }[]

  it.each(['api', 'reconcile', 'repair', 'digits'] as const)(
    '%s loads from a cold start within its budget',
    async (name) => {
      const times: number[] = []
      for (let round = 0; round < 3; round++) {
        const made = await start(name)
        // Any response shows that the bundle was loaded.
        await made.invoke(name === 'api' ? httpEvent('GET', '/healthz') : sqsEvent([]))
        times.push(made.importMs() ?? Number.NaN)
        await made.stop()
      }
      const { bytes } = bundles[name]
      const ms = times.sort((a, b) => a - b)[1]!.toFixed(0)
      // AWS's client does not report the time.
      if (!program) measured.push(`${runtime}  ${name.padEnd(9)}  ${(bytes / 1024).toFixed(0)} KB  ${ms} ms`)
      expect(bytes).toBeLessThanOrEqual(BUNDLE_BUDGET)
    },
  )

  it('the API responds, rejects unknown keys, and reads compressed bodies', async () => {
    expect((await request('GET', '/healthz')).status).toBe(200)
    expect((await request('GET', '/v1/keys', undefined, { authorization: 'Bearer unknown' })).status).toBe(
      401,
    )
    const run = (await request('POST', '/v1/local/lambda/runs', {})).body
    const points = Buffer.from(JSON.stringify({ points: [{ step: 1, values: { loss: 0.5 } }] }))
    const reported = await request('POST', `/v1/local/lambda/runs/${run.id}/metrics`, gzipSync(points), {
      'content-encoding': 'gzip',
    })
    expect(reported).toEqual({ status: 200, body: { accepted: 1, stop: false } })
  })

  it('the API logs one JSON line per request with the id of the key, and one line with metrics', async () => {
    const key = (await request('POST', '/v1/keys', { name: 'logged' })).body
    const id = await sweep({ lr: { values: [0.1, 0.2] } })
    await request('GET', `/v1/local/lambda/sweeps/${id}`, undefined, { authorization: `Bearer ${key.key}` })
    const lines = () =>
      api
        .log()
        .split('\n')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
    await vi.waitFor(() =>
      expect(lines()).toContainEqual(
        expect.objectContaining({
          level: 'INFO',
          message: 'request',
          service: 'api',
          route: '/v1/{entity}/{project}/sweeps/{sweep}',
          keyId: key.id,
          sweep: id,
        }),
      ),
    )
    expect(lines()).toContainEqual(expect.objectContaining({ keyId: 'environment:admin' }))
    expect(lines()).toContainEqual(
      expect.objectContaining({ Stage: 'test', TrialsHandedOut: expect.anything() }),
    )
    expect(api.log()).not.toContain(KEY)
    expect(api.log()).not.toContain(key.key)
  })

  it('the API sends its segments to X-Ray when tracing is on', async () => {
    const daemon = createSocket('udp4')
    const received: string[] = []
    daemon.on('message', (message) => received.push(message.toString()))
    await new Promise<void>((ready) => void daemon.bind(0, '127.0.0.1', ready))
    const traced = await start('api', {
      CHIMNEY_TRACING: 'xray',
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    })
    const headers = { authorization: `Bearer ${KEY}` }
    expect(await traced.invoke(httpEvent('GET', '/v1/keys', { headers }))).toMatchObject({
      value: { statusCode: 200 },
    })
    await vi.waitFor(() => expect(received.join('\n')).toContain('## api'))
    expect(received.join('\n')).toContain('DynamoDB')
    expect(received.join('\n')).not.toContain(KEY)
    daemon.close()
  })

  it('a function reports missing settings at its start', async () => {
    const lost = await start('reconcile', { CHIMNEY_PUBLIC_URL: '', SST_RESOURCE_Table: '{}' })
    const outcome = await lost.invoke(scheduleEvent())
    expect(outcome).toMatchObject({ error: { errorMessage: expect.stringContaining('CHIMNEY_PUBLIC_URL') } })
    expect(JSON.stringify(outcome)).not.toContain(KEY)
  })

  it('the schedule of the repair throws when the table is unreachable, and works when it is reachable', async () => {
    const lost = await start('reconcile', { DYNAMODB_ENDPOINT: 'http://127.0.0.1:9' })
    expect(await lost.invoke(scheduleEvent())).toMatchObject({ error: { errorType: expect.any(String) } })
    expect(await lost.invoke(scheduleEvent())).toMatchObject({ error: { errorType: expect.any(String) } })
    const good = await start('reconcile')
    expect(await good.invoke(scheduleEvent())).toEqual({ value: null })
  })

  it('the repair works on its batch, and returns only the malformed record', async () => {
    const id = await sweep({ lr: { values: [0.1] } })
    const event = sqsEvent([
      JSON.stringify({ v: 1, kind: 'sweep', entity: 'local', project: 'lambda', sweep: id }),
      'no repair',
      JSON.stringify({ v: 1, kind: 'runs' }),
    ])
    expect(await (await start('repair')).invoke(event)).toEqual({
      value: { batchItemFailures: [{ itemIdentifier: event.Records[1]!.messageId }] },
    })
  })

  it('an agent function trains its batch, and returns only the malformed record', async () => {
    const id = await sweep({ lr: { values: [0.1, 0.2, 0.9] } })
    const agent = await start('agent', { CHIMNEY_URL: url })
    const event = sqsEvent([message(id, 1), 'no trial', message(id, 2), message(id, 3), message(id, 1)])
    expect(await agent.invoke(event)).toEqual({
      value: { batchItemFailures: [{ itemIdentifier: event.Records[1]!.messageId }] },
    })
    expect((await trials(id)).map(({ state }) => state)).toEqual(['finished', 'finished', 'failed'])
    expect(agent.log()).not.toContain('trial1.')
  })

  it('an agent function that cannot reach the service in time returns its records', async () => {
    const id = await sweep({ lr: { values: [0.1] } })
    const agent = await start('agent', { CHIMNEY_URL: 'http://127.0.0.1:9' }, 3_000)
    const event = sqsEvent([message(id, 1)])
    expect(await agent.invoke(event)).toEqual({
      value: { batchItemFailures: [{ itemIdentifier: event.Records[0]!.messageId }] },
    })
    expect((await trials(id)).map(({ state }) => state)).toEqual(['queued'])
  })

  it('a function that times out is killed, and its next invocation starts a new process', async () => {
    const silent = createServer(() => {}) // never responds
    await new Promise<void>((ready) => void silent.listen(0, '127.0.0.1', ready))
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const stuck = await start('api', { DYNAMODB_ENDPOINT: endpoint }, 1_000)
    const authorization = { authorization: `Bearer ${'f'.repeat(40)}` }
    const call = httpEvent('GET', '/v1/viewer', { headers: authorization })
    expect(await stuck.invoke(call)).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } })
    expect(await stuck.invoke(httpEvent('GET', '/healthz'))).toMatchObject({ value: { statusCode: 200 } })
    silent.closeAllConnections()
    silent.close()
  })
})

/** An HTTP gateway in front of the function, for agents. Returns its URL. */
async function gateway(api: LambdaProcess): Promise<string> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const chunk of request) parts.push(chunk as Buffer)
    const [path = '', query] = (request.url ?? '').split('?')
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const body = Buffer.concat(parts)
    const event = httpEvent(request.method ?? 'GET', path, {
      headers,
      ...(query && { query }),
      ...(body.length > 0 && { body }),
    })
    const { value } = (await api.invoke(event)) as {
      value: { statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded: boolean }
    }
    response.writeHead(value.statusCode, value.headers)
    response.end(Buffer.from(value.body ?? '', value.isBase64Encoded ? 'base64' : 'utf8'))
  })
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
