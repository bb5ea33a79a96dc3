/** The SDK and the command line against the real service, over a real port and the real clock. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentFunction, type BatchResponse } from '@chimney/sdk/agent-function'
import type { Io } from '@chimney/sdk/cli/io'
import { main } from '@chimney/sdk/cli/main'
import { chimney } from '@chimney/sdk/client'
import type { Run } from '@chimney/sdk/run'
import { systemClock } from '@chimney/server/clock'
import { createApp } from '@chimney/server/http/app'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Engine, KEY, startEngine, type World } from './world.ts'

let engine: Engine
let folder: string
const servers: ReturnType<typeof serve>[] = []
beforeAll(async () => {
  engine = await startEngine()
  folder = mkdtempSync(join(tmpdir(), 'chimney-cli-'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true, force: true })
  await engine.stop()
})

const start = async () => {
  const world: World = await engine.world()
  const deps = { ...world.deps, clock: systemClock }
  const app = createApp(deps, {
    masterKey: { hash: createHash('sha256').update(KEY).digest('hex'), entity: 'acme' },
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  servers.push(server)
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { CHIMNEY_URL: url, CHIMNEY_API_KEY: KEY, CHIMNEY_PROJECT: 'digits', XDG_CONFIG_HOME: folder }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return { world, url, env, client: chimney({ url, key: KEY, project: 'digits' }) }
}

const run = async (...words: string[]) => {
  let out = ''
  let err = ''
  const io: Io = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    isTty: false,
    columns: () => 120,
    env: process.env,
    readStdin: async () => '',
    askSecret: async () => undefined,
  }
  const code = await main(words, io)
  return { code, out, err }
}
const write = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
const grid = {
  method: 'grid',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { a: { values: [1, 2, 3] }, b: { values: ['x', 'y'] } },
}

describe('operating a deployment', () => {
  it('reports a healthy deployment, leaves nothing behind, and skips checks that the key does not permit', async () => {
    const { client } = await start()
    const report = await run('doctor')
    expect(report).toMatchObject({ code: 0, err: '' })
    expect(report.out).toMatch(
      /✓ service: version .*\n✓ clock: .*\n! key: .*first key.*\n✓ W&B clients: .*\n✓ sweep: created, ran, .*\n✓ compression: .*\n✓ agent/,
    )
    expect((await client.listSweeps('acme/chimney-doctor')).items).toEqual([])
    expect((await client.listRuns('acme/chimney-doctor')).items).toEqual([])
    vi.stubEnv('CHIMNEY_API_KEY', (await client.createKey('eyes', { scope: 'read' })).key)
    const found = JSON.parse((await run('doctor', '--json')).out) as { check: string; state: string }[]
    expect(found.map(({ check, state }) => [check, state])).toEqual([
      ['service', 'ok'],
      ['clock', 'ok'],
      ['key', 'ok'],
      ['W&B clients', 'ok'],
      ['sweep', 'skipped'],
      ['agent functions', 'skipped'],
    ])
  })

  it('reports what is broken', async () => {
    await start()
    vi.stubEnv('CHIMNEY_API_KEY', 'f'.repeat(40))
    const report = await run('doctor')
    expect(report.code).toBe(1)
    expect(report.out).toContain('✗ key: ')
    vi.stubEnv('CHIMNEY_URL', 'http://127.0.0.1:9')
    expect(await run('doctor')).toMatchObject({ code: 1, out: expect.stringMatching(/^✗ service: /) })
  })

  it('creates keys with a scope, and rotates them', async () => {
    const { client } = await start()
    const made = await run('keys', 'create', 'ci', '--scope', 'ingest', '--days', '30', '--json')
    const key = JSON.parse(made.out) as { id: string; key: string; scope: string }
    expect(key.scope).toBe('ingest')
    const next = JSON.parse(
      (await run('keys', 'rotate', key.id, '--grace-hours', '0', '--json')).out,
    ) as typeof key
    vi.stubEnv('CHIMNEY_API_KEY', key.key)
    expect(await run('keys', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('expired') })
    vi.stubEnv('CHIMNEY_API_KEY', next.key)
    expect(await run('keys', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('scope admin') })
    expect((await client.listKeys()).map(({ name }) => name)).toEqual(['ci', 'ci'])
    expect((await run('keys', 'create', 'x', '--scope', 'root')).code).toBe(2)
  })

  it('creates entities, whose admins create their keys', async () => {
    await start()
    const made = await run('entities', 'create', 'team-b')
    expect(made).toMatchObject({ code: 0, err: expect.stringContaining('shown only once') })
    expect(made.out).toMatch(/^[0-9a-f]{40}\n$/)
    expect((await run('entities', 'list')).out).toMatch(/acme +operator[\s\S]*team-b/)
    expect(await run('entities', 'create', 'team-b')).toMatchObject({
      code: 1,
      err: expect.stringContaining('chimney keys create NAME --scope admin --entity "team-b"'),
    })
    const second = await run('keys', 'create', 'spare', '--scope', 'admin', '--entity', 'team-b', '--json')
    expect(JSON.parse(second.out)).toMatchObject({ entity: 'team-b', scope: 'admin' })
    vi.stubEnv('CHIMNEY_API_KEY', made.out.trim())
    expect((await run('keys', 'list')).out).toContain('spare')
    expect(await run('entities', 'create', 'team-c')).toMatchObject({
      code: 1,
      err: expect.stringContaining('admin key of the entity of its first key'),
    })
  })

  it('shows queues, and redrives dead-letter queues', async () => {
    await start()
    expect(await run('redrive', '--json')).toMatchObject({ code: 0, out: '[]\n' })
    expect(await run('redrive', 'digits')).toMatchObject({
      code: 0,
      out: 'Moved 0 messages from the dead-letter queue of digits to its queue.\n',
    })
    expect((await run('redrive', '--count', '1')).code).toBe(2)
  })
})

describe('the command line', () => {
  it('drives a sweep from its file to its export', async () => {
    await start()
    const program = write(
      'train.mjs',
      `const { a, b } = JSON.parse(process.env.CHIMNEY_PARAMS)
       if (a === 2 && b === 'y') { console.error('no such optimizer'); process.exit(3) }
       console.log('training', process.argv.slice(2).join(' '))
       for (let step = 0; step < 3; step++) console.log('::metric ' + JSON.stringify({ step, loss: a / (step + 1) }))`,
    )
    const file = write('sweep.json', JSON.stringify({ ...grid, program }))
    const created = await run('sweep', file, '--json', '--name', 'first')
    expect(created).toMatchObject({ code: 0 })
    const { path } = JSON.parse(created.out) as { path: string }
    const id = path.split('/').at(-1) ?? ''

    const agent = await run('agent', id)
    expect(agent).toMatchObject({ code: 0 })
    expect(agent.out.split('\n').filter(Boolean).sort()).toEqual([
      'training --a=1 --b=x',
      'training --a=1 --b=y',
      'training --a=2 --b=x',
      'training --a=3 --b=x',
      'training --a=3 --b=y',
    ])
    expect(agent.err).toContain('5 finished, 0 stopped, 1 failed')

    const best = JSON.parse((await run('best', id, '--json')).out) as { params: unknown; value: number }
    expect(best).toMatchObject({ params: { a: 1 }, value: 1 / 3 })
    expect((await run('watch', id)).out).toMatch(
      /6\/6 trials · 1 failed · best loss 0\.333333 \(#\d\) · finished/,
    )
    expect((await run('runs', id, '--state', 'failed')).out).toContain('exit code 3: no such optimizer')
    const csv = (await run('export', id)).out.split('\r\n')
    expect(csv).toHaveLength(8)
    expect(csv[0]).toMatch(/,params\.a,params\.b$/)
  })

  it('pauses, resumes and cancels, and reports when it cannot', async () => {
    const { client } = await start()
    const { path } = await client.createSweep({ ...grid, method: 'random' })
    expect((await run('pause', path)).out).toContain('is paused, open trials')
    expect(await client.nextTrial(path)).toMatchObject({ kind: 'wait' })
    expect((await run('resume', path)).code).toBe(0)
    expect((await run('cancel', path)).out).toContain('is cancelled, open trials')
    expect(await run('resume', path)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('cancelled'),
    })
  })

  it('logs in, and creates and revokes keys', async () => {
    await start()
    expect((await run('login')).out).toContain('as acme')
    const made = JSON.parse((await run('keys', 'create', 'laptop', '--scope', 'admin', '--json')).out) as {
      id: string
      key: string
    }
    vi.stubEnv('CHIMNEY_API_KEY', made.key)
    expect((await run('keys', 'list')).out).toContain('laptop')
    expect((await run('keys', 'revoke', made.id)).code).toBe(0)
  })

  // As a program that logs to W&B does, whose clean-up closes its run.
  const CLEAN_UP = `process.on('SIGTERM', async () => {
    const { CHIMNEY_URL: url, CHIMNEY_API_KEY: key, CHIMNEY_RUN: run } = process.env
    const [entity, project, id] = run.split('/')
    const headers = { Authorization: 'Bearer ' + key, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ state: 'finished', summary: { loss: 0.2 } })
    await fetch(url + '/v1/' + entity + '/' + project + '/runs/' + id + '/finish', { method: 'POST', headers, body })
    process.exit(0)
  });`

  it('runs one trial per GPU at a time, each of which sees only its GPU', async () => {
    const { client } = await start()
    // Ends when a program on the other GPU has started.
    const program = write(
      'gpu.mjs',
      `import { existsSync, writeFileSync } from 'node:fs'
       const gpu = process.env.CUDA_VISIBLE_DEVICES
       writeFileSync(new URL('gpu-' + gpu, import.meta.url), '')
       const both = () => ['0', '3'].every((one) => existsSync(new URL('gpu-' + one, import.meta.url)))
       const timer = setInterval(() => { if (both()) { clearInterval(timer); console.log('::metric {"loss": 1}') } }, 20)`,
    )
    const { path } = await client.createSweep({ ...grid, program })
    const agent = await run('agent', path, '--gpus', '0,3', '--name', 'box')
    expect(agent).toMatchObject({ code: 0 })
    expect(agent.err).toContain('6 finished, 0 stopped, 0 failed')
    const { items } = await client.listTrials(path)
    expect(new Set(items.map((trial) => trial.agent))).toEqual(new Set(['box:gpu-0', 'box:gpu-3']))
    for (const gpus of ['0,0', 'all'])
      expect(await run('agent', path, '--gpus', gpus)).toMatchObject({ code: 2 })
  }, 60_000)

  it.each([
    ['', ''],
    [' although the program has closed its run', CLEAN_UP],
  ])('releases its trial when the agent receives a signal%s', async (_, onSignal) => {
    const { client, env } = await start()
    const program = write(
      'forever.mjs',
      `${onSignal} console.log('::metric {"loss": 1}'); setInterval(() => {}, 1000)`,
    )
    const { path } = await client.createSweep({ ...grid, program })
    const bin = new URL('../../packages/sdk/bin/chimney.js', import.meta.url).pathname
    const agent: ChildProcess = spawn(process.execPath, [bin, 'agent', path], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => agent.on('exit', resolve))
    await vi.waitFor(
      async () => expect((await client.listTrials(path)).items[0]?.state).toBe('running'),
      20_000,
    )
    const trial = (await client.listTrials(path)).items[0]
    await vi.waitFor(async () => expect(await client.history(`digits/${trial?.run}`)).toHaveLength(1), 20_000)
    agent.kill('SIGTERM')
    expect(await ended).toBe(143)
    const next = await client.nextTrial(path)
    expect(next).toMatchObject({ kind: 'trial', trial: { number: 1, params: trial?.params, attempt: 2 } })
  })
})

describe('the SDK', () => {
  it('trains every trial of a sweep once, with two agents', async () => {
    const { client } = await start()
    const { path } = await client.createSweep(grid)
    const seen: string[] = []
    const train = async (trial: Run<{ a: number; b: string }>) => {
      seen.push(`${trial.params.a}${trial.params.b}`)
      for (let step = 0; step < 20; step++)
        void trial.log({ loss: trial.params.a / (step + 1), bad: Number.NaN })
    }
    const reports = await Promise.all([1, 2].map(() => client.agent(path, train, { count: 3 })))
    expect(seen.sort()).toEqual(['1x', '1y', '2x', '2y', '3x', '3y'])
    expect(reports[0]!.finished + reports[1]!.finished).toBe(6)
    const best = await client.best(path)
    const rows = await client.history(`digits/${best?.run}`)
    expect(rows.map((row) => row._step)).toEqual(Array.from({ length: 20 }, (_, step) => step))
    expect(rows[0]?.bad).toBe('NaN')
    expect((await client.getSweep(path)).state).toBe('finished')
  })

  it('runs without a sweep', async () => {
    const { client } = await start()
    const alone = await client.startRun('digits', { config: { lr: 0.1 } })
    await alone.log({ loss: 0.5 })
    expect(await alone.finish({ summary: { best: 0.25 } })).toEqual({ state: 'finished', kept: true })
    const path = alone.path
    expect(await client.getRun(path)).toMatchObject({ state: 'finished', summary: { loss: 0.5, best: 0.25 } })
  })

  it('returns the same sweep for the same idempotency key', async () => {
    const { client } = await start()
    const one = await client.createSweep(grid, { idempotencyKey: 'once' })
    expect((await client.createSweep(grid, { idempotencyKey: 'once' })).id).toBe(one.id)
    expect((await client.createSweep(grid)).id).not.toBe(one.id)
  })
})

describe('an agent function', () => {
  const deliver = (world: World, from: number) =>
    world.sent
      .slice(from)
      .map((message, at) => ({ messageId: `m${from + at}`, body: JSON.stringify(message) }))

  it('trains each trial once, with duplicate and reordered records', async () => {
    const { world, url } = await start()
    const client = chimney({ url, key: KEY, project: 'digits' })
    const { path } = await client.createSweep({ ...grid, dispatch: { agent: 'digits', concurrency: 2 } })
    const trained: number[] = []
    const handler = agentFunction(
      async (trial) => {
        trained.push(trial.number ?? 0)
        await trial.log({ loss: trial.number })
      },
      { client: { url, key: KEY }, log: () => {} },
    )
    for (let from = 0; from < world.sent.length; ) {
      const records = deliver(world, from)
      from = world.sent.length
      const twice = [...records, ...records].reverse()
      const answers: BatchResponse[] = await Promise.all(
        twice.map((record) => handler({ Records: [record] }, { getRemainingTimeInMillis: () => 900_000 })),
      )
      expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([])
    }
    expect(trained.sort()).toEqual([1, 2, 3, 4, 5, 6])
    expect(await client.getSweep(path)).toMatchObject({ state: 'finished', best: { number: 1, value: 1 } })
  })

  it('releases a trial before the function times out, and the next attempt gets the same parameters', async () => {
    const { world, url } = await start()
    const client = chimney({ url, key: KEY, project: 'digits' })
    const { path } = await client.createSweep({
      ...grid,
      run_cap: 1,
      dispatch: { agent: 'digits', concurrency: 1 },
    })
    const seen: unknown[] = []
    const handler = agentFunction(
      async (trial) => {
        seen.push([trial.attempt, trial.params])
        if (trial.attempt === 1)
          await new Promise((resolve) => trial.signal.addEventListener('abort', resolve))
        await trial.log({ loss: 1 })
      },
      // The margin is long enough for a busy machine; training gets 300 ms.
      { client: { url, key: KEY }, log: () => {}, marginMs: 40_000, graceMs: 1_000 },
    )
    const from = Date.now()
    const left = () => 41_300 - (Date.now() - from)
    await handler({ Records: deliver(world, 0) }, { getRemainingTimeInMillis: left })
    expect(world.sent).toHaveLength(2)
    await handler({ Records: deliver(world, 1) }, { getRemainingTimeInMillis: () => 900_000 })
    expect(seen).toEqual([
      [1, { a: 1, b: 'x' }],
      [2, { a: 1, b: 'x' }],
    ])
    expect(await client.getSweep(path)).toMatchObject({ state: 'finished', trials: { finished: 1 } })
  })
})
