/** Exports a project to a file and imports it into another deployment, with the command line over a real port. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackupItem } from '@chimney/core/schema/backup'
import { main } from '@chimney/sdk/cli/main'
import { chimney } from '@chimney/sdk/client'
import { createApp } from '@chimney/server/http/app'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Engine, KEY, startEngine, type World } from './world.ts'

let engine: Engine
let folder: string
const servers: ReturnType<typeof serve>[] = []
beforeAll(async () => {
  engine = await startEngine()
  folder = mkdtempSync(join(tmpdir(), 'chimney-backup-'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true, force: true })
  await engine.stop()
})

/** A deployment with its own table and URL. */
async function deploy(entity = 'acme') {
  const world: World = await engine.world()
  const app = createApp(world.deps, {
    masterKey: { hash: createHash('sha256').update(KEY).digest('hex'), entity },
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  servers.push(server)
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { world, url, client: chimney({ url, key: KEY, project: 'digits' }) }
}
type Deployment = Awaited<ReturnType<typeof deploy>>

async function run(at: Deployment, ...words: string[]) {
  vi.stubEnv('CHIMNEY_URL', at.url)
  vi.stubEnv('CHIMNEY_API_KEY', KEY)
  vi.stubEnv('XDG_CONFIG_HOME', folder)
  let [out, err] = ['', '']
  const code = await main(words, {
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
  })
  return { code, out, err }
}

const space = { lr: { min: 0.001, max: 0.1 }, size: { values: [16, 32, 64] }, drop: { value: 1.5 } }

/** Sweeps of several methods, some still running, and a run without a sweep. */
async function fill({ client }: Deployment) {
  const search = await client.createSweep(
    {
      method: 'bayes',
      metric: { name: 'loss' },
      seed: 3,
      parameters: space,
      early_terminate: { type: 'hyperband', min_iter: 1, eta: 2 },
    },
    { project: 'digits' },
  )
  for (let i = 0; i < 12; i++) {
    const next = await client.nextTrial(search.path)
    if (next.kind !== 'trial') throw new Error(next.kind)
    const { run_path: path, attempt } = next.trial
    const points = Array.from({ length: 4 }, (_, step) => ({
      step: step + 1,
      values: { loss: (i + 1) / (step + 1), note: i % 2 ? 'odd' : Number.NaN, whole: 2 },
    }))
    await client.postMetrics(path, { points: points as never, attempt })
    // The last two stay open.
    if (i < 10) await client.finish(path, { state: i % 4 === 3 ? 'failed' : 'finished', attempt })
  }
  const grid = await client.createSweep(
    { method: 'grid', metric: { name: 'loss' }, parameters: { a: { values: [1, 2, 3] } } },
    { project: 'digits' },
  )
  await client.enqueue(grid.path, { a: 2 })
  const plain = await client.createRun('digits', { id: 'alone ü', config: { lr: 1 }, tags: ['x'] } as never)
  await client.postMetrics(plain.path, { points: [{ step: 7, values: { acc: 0.5 } }] })
  return { search, grid, plain }
}

/** All items of a project, sorted. */
async function allOf({ world }: Deployment, entity = 'acme', project = 'digits'): Promise<BackupItem[]> {
  const items: BackupItem[] = []
  let cursor: string | undefined
  do {
    const page = await world.deps.store.readBackup({ entity, project }, cursor)
    items.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  const name = ({ of, id, sk }: BackupItem) => `${of} ${id} ${sk}`
  return items.sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

it('is restored unchanged under another entity and name, and continues', async () => {
  const [from, to] = [await deploy(), await deploy('umbrella')]
  const { search, plain } = await fill(from)
  const file = join(folder, 'whole.backup')
  expect(await run(from, 'export', 'digits', '--to', file)).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^Exported acme\/digits to .*: \d+ items\.\n$/),
  })
  const imported = await run(to, 'import', file, 'again', '--json')
  expect(JSON.parse(imported.out)).toMatchObject({ project: 'umbrella/again', kept: 0 })
  expect(await allOf(to, 'umbrella', 'again')).toEqual(await allOf(from))

  // The API returns the same, except for the names.
  const seen = async (at: Deployment, path: string) => ({
    best: await at.client.best(`${path}/${search.id}`),
    trials: (await at.client.listTrials(`${path}/${search.id}`)).items,
    history: await at.client.history(`${path}/${plain.id}`),
    sweeps: (await at.client.listSweeps(path)).items
      .map(({ id, state, trials }) => ({ id, state, trials }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    // Created at the same time, so in no order.
    runs: (await at.client.listRuns(path)).items
      .map(({ id, state, summary }) => ({ id, state, summary }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  })
  expect(await seen(to, 'umbrella/again')).toEqual(await seen(from, 'acme/digits'))
  expect((await to.client.listProjects('umbrella')).items.map(({ name }) => name)).toEqual(['again'])

  // The next trial is the same, and there is nothing to repair.
  const next = async (at: Deployment, path: string) => {
    const answer = await at.client.nextTrial(`${path}/${search.id}`)
    return answer.kind === 'trial' && [answer.trial.number, answer.trial.params]
  }
  expect(await next(to, 'umbrella/again')).toEqual(await next(from, 'acme/digits'))
  expect(await reconcile(to.world.deps)).toMatchObject({ filled: 0, settled: 0, expired: 0, errors: [] })
})

it('resumes an interrupted export, and an interrupted import', async () => {
  const [from, to] = [await deploy(), await deploy()]
  await fill(from)
  const [whole, cut] = [join(folder, 'one.backup'), join(folder, 'cut.backup')]
  await run(from, 'export', 'digits', '--to', whole)
  // As if the export had died within a line.
  const text = readFileSync(whole, 'utf8')
  writeFileSync(cut, text.slice(0, text.length / 2))
  expect(await run(to, 'import', cut)).toMatchObject({
    code: 2,
    err: expect.stringContaining('is incomplete'),
  })
  expect((await run(from, 'export', 'digits', '--to', cut)).code).toBe(0)
  const items = (of: string) => of.split('\n').filter((line) => line.startsWith('{"item"'))
  expect(items(readFileSync(cut, 'utf8'))).toEqual(items(text))
  expect(await run(from, 'export', 'digits', '--to', cut)).toMatchObject({
    code: 2,
    err: expect.stringContaining('complete backup'),
  })

  const some = items(text).map((line) => (JSON.parse(line) as { item: BackupItem }).item)
  await to.client.restore('digits', { version: 1, items: some.slice(0, 20) })
  const imported = await run(to, 'import', whole, '--json')
  expect(JSON.parse(imported.out)).toMatchObject({ kept: 20, written: some.length - 20 })
  expect(JSON.parse((await run(to, 'import', whole, '--json')).out)).toMatchObject({
    kept: some.length,
    written: 0,
  })
  expect(await allOf(to)).toEqual(await allOf(from))
})

it('is read in pages of bounded size, for one large run and for many small ones', async () => {
  const from = await deploy()
  const { world } = from
  const key = { entity: 'acme', project: 'digits', run: 'long' }
  await from.client.createRun('digits', { id: 'long' } as never)
  // Random text, which hardly compresses: about 5 MB.
  for (let chunk = 0; chunk < 20; chunk++)
    await world.deps.store.putChunk(key, 'console', {
      attempt: 1,
      receivedAt: 0,
      rows: Array.from({ length: 40 }, (_, i) => ({
        index: chunk * 40 + i,
        at: 0,
        values: {
          line: createHash('shake256', { outputLength: 5_000 }).update(`${chunk} ${i}`).digest('base64'),
        },
      })),
    })
  for (let i = 0; i < 60; i++) await from.client.createRun('digits', { id: `small-${i}` } as never)
  const sizes: number[] = []
  let cursor: string | undefined
  let count = 0
  do {
    const page = await from.client.readBackup('digits', cursor)
    sizes.push(JSON.stringify(page).length)
    count += page.items.length
    cursor = page.next_cursor
  } while (cursor !== undefined)
  expect(sizes.length).toBeGreaterThan(3)
  expect(Math.max(...sizes)).toBeLessThan(4_000_000)
  expect(count).toBe((await allOf(from)).length)
  const to = await deploy()
  const file = join(folder, 'large.backup')
  await run(from, 'export', 'digits', '--to', file)
  await run(to, 'import', file)
  expect(await allOf(to)).toEqual(await allOf(from))
})

it('refuses a sweep that another project has, and invalid items', async () => {
  const from = await deploy()
  const { search } = await fill(from)
  const file = join(folder, 'twice.backup')
  await run(from, 'export', 'digits', '--to', file)
  expect(await run(from, 'import', file, 'copy')).toMatchObject({
    code: 1,
    err: expect.stringContaining('belongs to another project of this deployment'),
  })
  expect(await allOf(from, 'acme', 'copy')).toEqual([])

  const items = await allOf(from)
  const meta = items.find(({ of, sk }) => of === 'sweep' && sk === '@META')!
  const trial = items.find(({ sk }) => sk.startsWith('TRIAL#'))!
  const rows = items.find(({ sk }) => sk.startsWith('HIST#'))!
  const broken: [string, BackupItem][] = [
    ['an unknown kind', { ...trial, sk: 'THING#1' }],
    ['a key that does not match its rows', { ...rows, sk: rows.sk.replace(/#\d+#/, '#0000000000000099#') }],
    ['an invalid state', { ...trial, attributes: { ...trial.attributes, state: 5 } }],
    ['invalid JSON', { ...meta, attributes: { ...meta.attributes, doc: '{' } }],
    ['an invalid number', { ...trial, sk: 'TRIAL#x' }],
  ]
  for (const [title, item] of broken)
    await expect(from.client.restore('copy', { version: 1, items: [item] }), title).rejects.toMatchObject({
      status: 400,
      code: 'bad-backup',
    })
  await expect(from.client.restore('copy', { version: 2 as 1, items })).rejects.toMatchObject({ status: 400 })
  await expect(from.client.readBackup('digits', 'x')).rejects.toMatchObject({ code: 'bad-cursor' })
  expect(search.id).not.toBe('')
})
