import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { LogLine } from '@chimney/server/http/app-env'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts'
import { CloudError } from './cloud-error.ts'
import type { LocalAgent } from './queues/local-agent.ts'

let root: string
let folders = 0
const freshFolder = () => join(root, `data-${++folders}`)
const running: Cloud[] = []
const start = async (options: Partial<CloudOptions> = {}): Promise<Cloud> => {
  const cloud = await startCloud({ port: 0, agents: [], ...options })
  running.push(cloud)
  return cloud
}
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chimney-cloud-'))
})
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop()
})
afterAll(() => rm(root, { recursive: true, force: true }))

const api = async (cloud: Cloud, path: string, body?: unknown): Promise<Record<string, never>> => {
  const answer = await fetch(`${cloud.url}/v1/${path}`, {
    headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

const config = {
  method: 'grid',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { values: [1, 2, 3, 4, 5, 6, 7] } },
  dispatch: { agent: 'square', concurrency: 3 },
  retry: { max_attempts: 3 },
}

/** Claims, reports x² and finishes, as an agent function does. */
const square = (cloud: () => Cloud): LocalAgent => ({
  name: 'square',
  batchSize: 1,
  concurrency: 2,
  timeoutSeconds: 60,
  handler: async ({ Records }) => {
    for (const { body } of Records) {
      const { entity, project, run, attempt } = JSON.parse(body)
      const path = `${entity}/${project}/runs/${run}`
      const { params } = (await api(cloud(), `${path}/claim`, { attempt })) as unknown as {
        params: { x: number }
      }
      await api(cloud(), `${path}/metrics`, {
        attempt,
        points: [{ step: 0, values: { loss: params.x ** 2 } }],
      })
      await api(cloud(), `${path}/finish`, { attempt, state: 'finished' })
    }
  },
})

const finished = (cloud: Cloud, sweep: string) =>
  vi.waitUntil(
    async () => {
      const now = (await api(cloud, `local/demo/sweeps/${sweep}`)) as unknown as { state: string }
      return now.state === 'finished' ? now : undefined
    },
    { timeout: 20_000, interval: 50 },
  )

describe('links', () => {
  const sweepUrl = async (cloud: Cloud, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${cloud.url}/v1/local/links/sweeps`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ method: 'random', parameters: { x: { values: [1, 2] } } }),
    })
    return new URL(((await answer.json()) as { url: string }).url).origin
  }
  const PROXY = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'sweeps.example' }

  it('have the address that the client used, or the configured one', async () => {
    const cloud = await start()
    expect(await sweepUrl(cloud)).toBe(cloud.url)
    expect(await sweepUrl(cloud, PROXY)).toBe('https://sweeps.example')
    expect(await sweepUrl(await start({ trustProxy: false }), PROXY)).toMatch(/^http:\/\/127/)
    expect(await sweepUrl(await start({ publicUrl: 'https://team.example' }))).toBe('https://team.example')
  })
})

describe('startCloud', () => {
  it('runs a whole sweep over the queue, and still has it after a restart', async () => {
    const dataDir = freshFolder()
    const first = await start({ dataDir, agents: [square(() => first)] })
    const { id } = (await api(first, 'local/demo/sweeps', config)) as unknown as { id: string }
    const before = await finished(first, id)
    expect(before).toMatchObject({
      trials: { handed_out: 7, open: 0, finished: 7 },
      best: { number: 1, value: 1 },
    })
    await first.stop()

    const second = await start({ dataDir })
    expect(second.key).toBe(first.key)
    const after = (await api(second, `local/demo/sweeps/${id}`)) as unknown as { url: string }
    expect({ ...after, url: '' }).toEqual({ ...before, url: '' })
  })

  it('trains the sweeps of other entities, by the tokens of their messages', async () => {
    // The handler's only credential is its message.
    const byToken: LocalAgent = {
      ...square(() => cloud),
      handler: async ({ Records }) => {
        expect(process.env.CHIMNEY_API_KEY).toBeUndefined()
        for (const { body } of Records) {
          const { token, entity } = JSON.parse(body)
          expect(entity).toBe('team-b')
          const withToken: Cloud = { ...cloud, key: token }
          await square(() => withToken).handler({ Records: [{ body }] } as never, undefined as never)
        }
      },
    }
    const cloud: Cloud = await start({ agents: [byToken] })
    const made = (await api(cloud, 'entities', { name: 'team-b' })) as unknown as { key: { key: string } }
    const teamB: Cloud = { ...cloud, key: made.key.key }
    const { id } = (await api(teamB, 'team-b/demo/sweeps', config)) as unknown as { id: string }
    await vi.waitUntil(
      async () => {
        const { state } = (await api(teamB, `team-b/demo/sweeps/${id}`)) as unknown as { state: string }
        return state === 'finished'
      },
      { timeout: 20_000, interval: 50 },
    )
  })

  it('enqueues queued trials again after a restart, because their messages were in memory', async () => {
    const dataDir = freshFolder()
    const broken: LocalAgent = {
      ...square(() => first),
      handler: async () => Promise.reject(new Error('broken')),
    }
    const first = await start({ dataDir, agents: [broken] })
    const { id } = (await api(first, 'local/demo/sweeps', config)) as unknown as { id: string }
    await first.stop()

    const second: Cloud = await start({ dataDir, agents: [square(() => second)] })
    expect(await finished(second, id)).toMatchObject({ trials: { handed_out: 7, finished: 7 } })
  })

  it('keeps the key, 40 lower-case hex characters, in a file that only the owner may read', async () => {
    const dataDir = freshFolder()
    const { key } = await start({ dataDir })
    expect(key).toMatch(/^[0-9a-f]{40}$/)
    expect((await readFile(join(dataDir, 'key'), 'utf8')).trim()).toBe(key)
    expect((await stat(join(dataDir, 'key'))).mode & 0o777).toBe(0o600)
  })

  it('accepts another key, entity and lease', async () => {
    const cloud = await start({ key: 'a-custom-key', entity: 'acme', leaseSeconds: 7 })
    expect(await api({ ...cloud, key: 'a-custom-key' }, 'viewer')).toMatchObject({ entity: 'acme' })
    expect(cloud.deps.settings).toMatchObject({ leaseSeconds: 7, publicUrl: cloud.url })
  })

  it('serves files by URL, beside the API', async () => {
    const { deps } = await start()
    const put = await fetch(await deps.files.uploadUrl('a/b', 60), { method: 'PUT', body: 'hello' })
    expect(await put.text()).toBe('')
    expect(await (await fetch(await deps.files.downloadUrl('a/b', 60))).text()).toBe('hello')
  })

  it('sets its address in the environment of agent functions, and restores the previous one', async () => {
    const before = process.env.CHIMNEY_URL
    const cloud = await start({ agents: [square(() => cloud)] })
    expect(process.env.CHIMNEY_URL).toBe(cloud.url)
    await cloud.stop()
    expect(process.env.CHIMNEY_URL).toBe(before)
  })

  it('keeps idle connections longer than proxies do', async () => {
    const { url } = await start()
    expect((await fetch(`${url}/healthz`)).headers.get('keep-alive')).toBe('timeout=80')
  })

  it('logs no failure when a client goes away while it sends a body', async () => {
    const lines: LogLine[] = []
    const { url, key, deps } = await start({ app: { log: (line) => lines.push(line) } })
    const upload = new URL(await deps.files.uploadUrl('a/b', 60))
    const half = async (path: string) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write(
        `${path} HTTP/1.1\r\nHost: chimney\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n{"a`,
      )
      await once(socket, 'data') // 100 Continue
      socket.destroy()
    }
    await half('POST /v1/local/demo/sweeps')
    await half(`PUT ${upload.pathname}${upload.search}`)
    await vi.waitUntil(() => lines.length === 2, { timeout: 20_000 })
    for (const { status, failure } of lines) expect([status, failure]).toEqual([400, undefined])
    expect(await deps.files.get('a/b')).toBeUndefined()
  })

  it('stops idempotently, and frees the port', async () => {
    const cloud = await start()
    await cloud.stop()
    await cloud.stop()
    await expect(fetch(`${cloud.url}/healthz`)).rejects.toThrow()
  })

  describe('rejects with one sentence', () => {
    const refusal = async (options: Partial<CloudOptions>) => {
      const error = await start(options).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(CloudError)
      return (error as CloudError).message
    }

    it('a port that is in use', async () => {
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      const { port } = other.address() as { port: number }
      const dataDir = freshFolder()
      expect(await refusal({ port, dataDir })).toBe(
        `Port ${port} is in use; stop the process that listens there, or set PORT to another one.`,
      )
      await new Promise((resolve) => other.close(resolve))
      await start({ port, dataDir })
    })

    it('a data folder that another process has locked', async () => {
      const dataDir = freshFolder()
      await start({ dataDir })
      expect(await refusal({ dataDir })).toContain('is in use by another process')
    })

    it('a data folder that cannot be created', async () => {
      const file = freshFolder()
      await writeFile(file, '')
      expect(await refusal({ dataDir: join(file, 'data') })).toContain(
        'cannot be written: a part of its path is a file (ENOTDIR',
      )
    })

    it('a lock that is damaged', async () => {
      const dataDir = freshFolder()
      await mkdir(join(dataDir, 'lock'), { recursive: true })
      await writeFile(join(dataDir, 'lock', 'CURRENT'), 'not a manifest')
      expect(await refusal({ dataDir })).toContain(`The lock ${join(dataDir, 'lock')} is damaged`)
    })

    it('a file in the place of the tables', async () => {
      const dataDir = freshFolder()
      await mkdir(dataDir)
      await writeFile(join(dataDir, 'dynamodb'), '')
      expect(await refusal({ dataDir })).toContain('a part of its path is a file')
    })

    it('a key file without a key', async () => {
      const dataDir = freshFolder()
      await (await start({ dataDir })).stop()
      await writeFile(join(dataDir, 'key'), 'hunter2')
      expect(await refusal({ dataDir })).toMatch(/^(?!.*hunter2).*holds no API key/)
    })

    it('an endpoint without a server', async () => {
      expect(
        await refusal({ endpoints: { sqs: 'http://127.0.0.1:1' }, agents: [square(() => running[0]!)] }),
      ).toContain('check SQS_ENDPOINT')
    })
  })
})

describe('as strict as the deployed service', () => {
  const send = async (cloud: Cloud, bytes: number) => {
    const answer = await fetch(`${cloud.url}/files/local/digits/run/file_stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'x'.repeat(bytes) }),
    })
    return answer.status
  }

  it('refuses what the gateway refuses, and does not stream', async () => {
    const cloud = await start({ strict: true })
    const { id } = (await api(cloud, 'local/digits/sweeps', {
      method: 'grid',
      parameters: { x: { values: [1] } },
    })) as {
      id?: string
    }
    expect([await send(cloud, 1_000_000), await send(cloud, 7_000_000)]).toEqual([404, 413])
    const events = await fetch(`${cloud.url}/v1/local/digits/sweeps/${id}/events`, {
      headers: { authorization: `Bearer ${cloud.key}`, accept: 'text/event-stream' },
    })
    expect(events.headers.get('retry-after')).toBe('2')
    expect(await events.text()).toMatch(/^retry: 2000/)
  })

  it('only when asked to be', async () => {
    const cloud = await start()
    expect(await send(cloud, 7_000_000)).toBe(404)
  })
})

it('delivers to a webhook that a sweep has finished', async () => {
  let resolve: (body: string) => void
  const delivered = new Promise<string>((done) => {
    resolve = done
  })
  const receiver = createHttpServer(async (request, response) => {
    resolve(await text(request))
    response.end()
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  try {
    const cloud = await start({ privateWebhooks: true, reconcileEveryMs: 200 })
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    await api(cloud, 'local/digits/webhooks', { url, events: ['sweep_finished'] })
    const { dispatch: _, ...pulled } = config
    const { id } = (await api(cloud, 'local/digits/sweeps', { ...pulled, run_cap: 1 })) as unknown as {
      id: string
    }
    const { trials } = (await api(cloud, `local/digits/sweeps/${id}/trials`, {})) as unknown as {
      trials: { run: string }[]
    }
    await api(cloud, `local/digits/runs/${trials[0]!.run}/finish`, {
      state: 'finished',
      summary: { loss: 4 },
    })
    expect(JSON.parse(await delivered)).toMatchObject({
      type: 'sweep_finished',
      data: { project: 'digits', sweep: id, state: 'finished', best: { value: 4 } },
    })
  } finally {
    receiver.close()
  }
})
