import { parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { claimPoint } from '@chimney/server/sweeps/search/claim-point'
import { samplingOf } from '@chimney/server/sweeps/search/search'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, runPathOf, startEngine, type Wire, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const cells = { a: { values: ['x', 'y', 1.5] }, b: { min: 1, max: 3 } }
const POINTS = 9
const config = { method: 'tpe', metric: { name: 'loss' }, seed: 3, parameters: cells }

const finish = (world: World, run: string, loss: number) =>
  world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', summary: { loss } })
const textOf = ({ params }: { params: unknown }) => JSON.stringify(params)
async function drain(world: World, sweep: string): Promise<readonly Wire[]> {
  const trials: Wire[] = []
  for (;;) {
    const { status, body } = await world.call('POST', `${sweep}/trials`, {})
    if (status !== 201) return trials
    trials.push(body.trials[0])
    await finish(world, body.trials[0].run, trials.length)
  }
}
const stateOf = async (world: World, sweep: string) => (await world.call('GET', sweep)).body.state

describe('a finite space that is searched with a model', () => {
  it('hands out each point once to concurrent requests', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(config)
    const answers = await Promise.all(
      [1, 2, 1, 3, 2].map((count) => world.call('POST', `${sweep}/trials`, { count })),
    )
    const trials = answers.flatMap(({ body }) => body.trials)
    expect(trials).toHaveLength(POINTS)
    expect(new Set(trials.map(textOf)).size).toBe(POINTS)
    for (const { run, number } of trials) await finish(world, run, number)
    expect(await stateOf(world, sweep)).toBe('finished')
  })

  it('loses no point when a user enqueues parameters that have run', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(config)
    const { body } = await world.call('POST', `${sweep}/trials`, {})
    const [first] = body.trials
    await finish(world, first.run, 0)
    expect((await world.call('POST', `${sweep}/enqueue`, { params: first.params })).status).toBe(201)
    const others = await drain(world, sweep)
    expect(new Set([first, ...others].map(textOf)).size).toBe(POINTS)
    expect(others).toHaveLength(POINTS)
    expect(await stateOf(world, sweep)).toBe('finished')
  })

  it('skips a point that was enqueued', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(config)
    await world.call('POST', `${sweep}/enqueue`, { params: { a: 'x', b: 2 } })
    const trials = await drain(world, sweep)
    expect(trials[0].params).toEqual({ a: 'x', b: 2 })
    expect(trials).toHaveLength(POINTS)
    expect(new Set(trials.map(textOf)).size).toBe(POINTS)
  })

  it('frees a point whose trial runs another one', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(config)
    const key = { entity: 'acme', project: 'digits', sweep: sweep.split('/').at(-1)! }
    const { record } = (await world.deps.store.getSweep(key))!
    const { body } = await world.call('POST', `${sweep}/trials`, {})
    const [first] = body.trials
    const other = parseJson(stringifyJson({ ...first.params, b: (first.params.b % 3) + 1 })) as Params
    const sampling = await samplingOf(record)
    const claim = (number: number, params: Params) => claimPoint(world.deps, key, sampling, number, params)
    // A request claims a point for trial 1 and dies; trial 1 runs something else.
    expect(await claim(1, other)).toBe(1)
    expect(await claim(7, first.params)).toBe(1)
    expect(await claim(7, other)).toBe(7)
    expect(await claim(8, other)).toBe(7)
  })
})
