import { createSweep } from '@chimney/server/sweeps/lifecycle/create-sweep'
import { replaceConfig } from '@chimney/server/sweeps/lifecycle/replace-config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, runPathOf, startEngine, type Wire, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const config = {
  method: 'bayes',
  seed: 3,
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { distribution: 'uniform', min: 0, max: 1 }, kind: { values: ['a', 'b'] } },
}
const lossOf = ({ x, kind }: { x: number; kind: string }) => (x - 0.7) ** 2 + (kind === 'b' ? 0 : 1)

async function play(world: World, sweep: string, count: number, reported = (params: Wire) => lossOf(params)) {
  const trials: Wire[] = []
  for (let i = 0; i < count; i++) {
    const [trial] = (await world.call('POST', `${sweep}/trials`, {})).body.trials
    trials.push(trial)
    const loss = reported(trial.params)
    await world.call('POST', `${runPathOf(trial.run)}/finish`, { state: 'finished', summary: { loss } })
  }
  return trials
}
const create = (world: World, body: object, project = 'digits') =>
  world.call('POST', `/v1/acme/${project}/sweeps`, { ...config, ...body })
const idOf = (sweep: string) => sweep.split('/').at(-1)!

async function createRun(world: World, id: string, params: object, summary: object) {
  await world.call('POST', '/v1/acme/digits/runs', { id, config: params })
  await world.call('POST', `/v1/acme/digits/runs/${id}/finish`, { state: 'finished', summary })
}

describe('a sweep with a warm start', () => {
  it('learns from the trials of another sweep from its first trial on, and does not count them', async () => {
    const world = await engine.world()
    const old = await world.sweep(config)
    await play(world, old, 12)
    const made = await create(world, { run_cap: 3, warm_start: { sweeps: [idOf(old)] } })
    expect(made).toMatchObject({ status: 201, body: { warnings: [] } })
    const sweep = `/v1/acme/digits/sweeps/${made.body.id}`
    const trials = await play(world, sweep, 3)
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(trials[0].params.kind).toBe('b')
    const list = (await world.call('GET', `${sweep}/trials`)).body.items
    expect(list[0].suggested_by.why).toContain('among the best of another sweep')
    expect((await world.call('GET', sweep)).body).toMatchObject({
      state: 'finished',
      trials: { handed_out: 3 },
    })
  })

  it('learns from runs of the project, and warns about those that it cannot use', async () => {
    const world = await engine.world()
    for (let i = 0; i < 10; i++) {
      const params = { x: i / 10, kind: i % 2 ? 'a' : 'b', batch: 32 }
      await createRun(world, `run${i}`, params, { loss: lossOf(params) })
    }
    await createRun(world, 'outside', { x: 7, kind: 'a' }, { loss: 1 })
    await createRun(world, 'silent', { x: 0.5, kind: 'a' }, { accuracy: 1 })
    const runs = [...Array.from({ length: 10 }, (_, i) => `run${i}`), 'outside', 'silent']
    const { status, body } = await create(world, { warm_start: { runs } })
    expect(status).toBe(201)
    expect(body.warnings).toEqual([
      '1 of 12 runs lie outside the search space or lack a parameter, and are left out of the warm start: outside',
      '1 of 12 runs reported no result, and are left out of the warm start: silent',
    ])
    const sweep = `/v1/acme/digits/sweeps/${body.id}`
    const [trial] = await play(world, sweep, 1)
    expect(trial.params.kind).toBe('b')
    const list = (await world.call('GET', `${sweep}/trials`)).body.items
    expect(list[0].suggested_by.why).toContain('10 earlier runs used')
  })

  it('takes runs given outside the config, and returns the same sweep for the same request', async () => {
    const world = await engine.world()
    for (const id of ['one', 'two']) await createRun(world, id, { x: 0.6, kind: 'b' }, { loss: 0.01 })
    const request = {
      entity: 'acme',
      project: 'digits',
      source: JSON.stringify(config),
      priorRuns: ['one', 'two'],
      idempotencyKey: 'once',
    }
    const made = await createSweep(world.deps, request)
    expect(made.record.config.warm_start).toEqual({ runs: ['one', 'two'] })
    expect(made.record.priors?.count).toBe(2)
    const again = await createSweep(world.deps, request)
    expect([again.created, again.record.key]).toEqual([false, made.record.key])
    await expect(createSweep(world.deps, { ...request, priorRuns: ['one'] })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('finds sweeps of other projects by path, and none by a bare id', async () => {
    const world = await engine.world()
    const old = await world.sweep(config)
    const from = (path: string) => create(world, { warm_start: { sweeps: [path] } }, 'next')
    expect((await from(`digits/${idOf(old)}`)).status).toBe(201)
    expect((await from(`acme/digits/${idOf(old)}`)).status).toBe(201)
    expect(await from(idOf(old))).toMatchObject({
      status: 400,
      body: { code: 'invalid-warm-start', errors: [{ path: 'warm_start.sweeps.0' }] },
    })
  })

  it('reports every mistake with a fix', async () => {
    const world = await engine.world()
    const other = await world.sweep({ ...config, metric: { name: 'accuracy', goal: 'maximize' } })
    const { status, body } = await create(world, {
      warm_start: { sweeps: [idOf(other), 'nosuch00', 'globex/digits/abc'], runs: ['nosuch'] },
    })
    expect(status).toBe(400)
    expect(body.code).toBe('invalid-warm-start')
    expect(body.errors.map(({ path }: Wire) => path)).toEqual([
      'warm_start.sweeps.0',
      'warm_start.sweeps.1',
      'warm_start.sweeps.2',
      'warm_start.runs.0',
    ])
    expect(body.errors.every(({ fix }: Wire) => fix.length > 0)).toBe(true)
  })

  it('keeps the warm start when its config is replaced or the other sweep is deleted, and drops it for another metric', async () => {
    const world = await engine.world()
    const old = await world.sweep(config)
    await play(world, old, 12)
    const made = await create(world, { warm_start: { sweeps: [idOf(old)] } })
    await world.call('DELETE', old)
    const key = { entity: 'acme', project: 'digits', sweep: made.body.id }
    const same = await replaceConfig(world.deps, key, JSON.stringify({ ...config, run_cap: 5 }))
    expect(same.record.priors?.count).toBe(12)
    const text = JSON.stringify({ ...config, metric: { name: 'accuracy', goal: 'maximize' } })
    const changed = await replaceConfig(world.deps, key, text)
    expect(changed.record.priors).toBeUndefined()
    expect(changed.record.warnings.join()).toContain('the warm start is dropped')
  })

  it('deletes its priors when it is deleted', async () => {
    const world = await engine.world()
    const old = await world.sweep(config)
    await play(world, old, 4)
    const made = await create(world, { warm_start: { sweeps: [idOf(old)] } })
    const project = { entity: 'acme', project: 'digits' }
    expect(await world.deps.store.listDocuments(project, 'priors/')).toHaveLength(1)
    await world.call('DELETE', `/v1/acme/digits/sweeps/${made.body.id}`)
    expect(await world.deps.store.listDocuments(project, 'priors/')).toEqual([])
  })
})
