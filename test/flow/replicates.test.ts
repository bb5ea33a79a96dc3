import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, runPathOf, startEngine, type World } from './world.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())

const CONFIG = {
  method: 'random',
  seed: 3,
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { x: { distribution: 'uniform', min: 0, max: 1 } },
  replicates: 2,
}
const read = async (world: World, path: string) => (await world.call('GET', path)).body
const finish = (world: World, run: string, body: object) =>
  world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', ...body })

async function run(world: World, sweep: string, losses: readonly (number | 'failed')[]) {
  const trials = []
  for (const loss of losses) {
    const [trial] = (await world.call('POST', `${sweep}/trials`, {})).body.trials
    await finish(world, trial.run, loss === 'failed' ? { state: 'failed' } : { summary: { loss } })
    trials.push(trial)
  }
  return trials
}

describe('a sweep with replicates', () => {
  it.each(['random', 'sobol', 'tpe', 'gp', 'bayes'])(
    'of method %s runs each point so often',
    async (method) => {
      const world = await engine.world()
      const sweep = await world.sweep({ ...CONFIG, method })
      const trials = await run(world, sweep, [3, 1, 2, 2, 5, 5, 4, 4])
      const points = trials.map(({ params }) => params.x)
      for (let i = 0; i < points.length; i += 2) expect(points[i]).toBe(points[i + 1])
      expect(new Set(points).size).toBe(4)
      expect(trials.map(({ replicate }) => replicate)).toEqual(
        points.map((_, i) => ({ index: (i % 2) + 1, of: 2 })),
      )
    },
  )

  it('ranks points by their means', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(CONFIG)
    // The best single trial is not of the best point.
    await run(world, sweep, [0, 9, 3, 2, 'failed', 4])
    expect(await read(world, `${sweep}/best`)).toMatchObject({
      number: 3,
      value: 3,
      point: { count: 2, mean: 2.5, deviation: Math.SQRT1_2 },
    })
    expect((await read(world, sweep)).best).toMatchObject({ number: 3, value: 2.5 })
    await run(world, sweep, [1])
    expect((await read(world, sweep)).best.number).toBe(3)
    await run(world, sweep, ['failed'])
    expect((await read(world, sweep)).best).toMatchObject({ number: 7, value: 1 })
  })

  it('ranks again after a trial was voided, corrected or requeued', async () => {
    const world = await engine.world()
    const sweep = await world.sweep(CONFIG)
    const trials = await run(world, sweep, [1, 1, 2, 2, 3, 3])
    const best = async () => {
      const { best } = await read(world, sweep)
      return best && [best.number, best.value]
    }
    await world.call('PATCH', runPathOf(trials[1].run), { summary: { loss: 5 } })
    expect(await best()).toEqual([3, 2])
    await world.call('POST', `${sweep}/trials/2/void`, {})
    expect(await best()).toEqual([1, 1])
    await world.call('POST', `${sweep}/trials/1/requeue`)
    expect(await best()).toEqual([3, 2])
    const [again] = (await world.call('POST', `${sweep}/trials`, {})).body.trials
    expect(again).toMatchObject({ number: 1, params: trials[0].params, replicate: { index: 1, of: 2 } })
    await finish(world, again.run, { attempt: again.attempt, summary: { loss: 0 } })
    expect(await best()).toEqual([1, 0])
  })

  it('completes a grid', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...CONFIG, method: 'grid', parameters: { a: { values: [1, 2] } } })
    expect((await read(world, sweep)).limit).toBe(4)
    const trials = await run(world, sweep, [1, 2, 3, 4])
    expect(trials.map(({ params }) => params.a)).toEqual([1, 1, 2, 2])
    expect(await read(world, sweep)).toMatchObject({ state: 'finished', best: { number: 1, value: 1.5 } })
  })

  it('waits for the first trial of a point when a model has to repeat it', async () => {
    const world = await engine.world()
    const sweep = await world.sweep({ ...CONFIG, method: 'tpe' })
    const key = { entity: 'acme', project: 'digits', sweep: sweep.split('/').at(-1)! }
    // A request that took number 1 and died.
    await world.deps.store.takeNumbers(key, 1, world.deps.clock.now())
    expect(await world.call('POST', `${sweep}/trials`, {})).toMatchObject({
      status: 503,
      body: { code: 'replicate-pending' },
    })
    world.advance(61)
    await world.reconcile()
    const { body } = await world.call('POST', `${sweep}/trials`, { count: 2 })
    expect(body.trials.map(({ number }: { number: number }) => number)).toEqual([1, 2])
    expect(body.trials[0].params).toEqual(body.trials[1].params)
  })

  it('sends an agent function which repetition it is', async () => {
    const world = await engine.world()
    await world.sweep({ ...CONFIG, run_cap: 2, dispatch: { agent: 'digits', concurrency: 2 } })
    expect(world.sent.map(({ replicate }) => replicate)).toEqual([
      { index: 1, of: 2 },
      { index: 2, of: 2 },
    ])
  })
})
