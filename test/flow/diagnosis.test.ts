import { describe, expect, it } from 'vitest'
import { memoryWorld, runPathOf, type World } from './world.ts'

const UNIT = { distribution: 'uniform', min: 0, max: 1 }
const CONFIG = {
  method: 'random',
  metric: { name: 'val_f1', goal: 'maximize' },
  parameters: { x: UNIT },
}

/** Hands out `count` trials and ends each with what `endOf` says. */
async function train(
  world: World,
  sweep: string,
  count: number,
  endOf: (number: number) => { readonly state?: string; readonly summary?: object; readonly reason?: string },
) {
  const { trials } = (await world.call('POST', `${sweep}/trials`, { count })).body
  for (const { run, number } of trials)
    await world.call('POST', `${runPathOf(run)}/finish`, { state: 'finished', ...endOf(number) })
  return trials
}
const get = async (world: World, path: string) => (await world.call('GET', path)).body
const diagnosisOf = (world: World, sweep: string) => get(world, `${sweep}/diagnosis`)

describe('a metric that has another name in the log', () => {
  it('is a warning of the sweep from the first finished trial on', async () => {
    const world = memoryWorld()
    const sweep = await world.sweep(CONFIG)
    expect((await get(world, sweep)).warnings).toEqual([])
    await train(world, sweep, 1, () => ({ summary: { validation_f1: 0.9 } }))
    const first = 'a trial finished without a value: val_f1 was not reported, validation_f1 was'
    expect((await get(world, sweep)).warnings).toEqual([first])
    expect((await get(world, `${sweep}/events`)).sweep.warnings).toEqual([first])
    expect((await get(world, `${sweep}/trials`)).items[0].reason).toBe(
      'val_f1 was not reported, validation_f1 was',
    )
    await train(world, sweep, 2, () => ({ summary: { val_f1: '0.9' } }))
    expect((await get(world, sweep)).warnings).toEqual([
      'none of 3 finished trials has a value; of the last one, val_f1 was reported as text',
    ])
    await train(world, sweep, 1, () => ({ summary: { val_f1: 0.9 } }))
    expect((await get(world, sweep)).warnings).toEqual([])
  })

  it('is named in the answer to the end of a trial', async () => {
    const world = memoryWorld()
    const sweep = await world.sweep(CONFIG)
    const { trials } = (await world.call('POST', `${sweep}/trials`, { count: 2 })).body
    const finish = async (run: string, body: object) =>
      (await world.call('POST', `${runPathOf(run)}/finish`, body)).body
    expect(await finish(trials[0].run, { state: 'finished', summary: { f1: 1 } })).toEqual({
      state: 'finished',
      kept: true,
      missing: 'val_f1 was not reported, f1 was',
    })
    expect(await finish(trials[1].run, { state: 'failed' })).toEqual({ state: 'failed', kept: true })
  })

  it('is the first finding', async () => {
    const world = memoryWorld()
    const sweep = await world.sweep(CONFIG)
    expect(await diagnosisOf(world, sweep)).toMatchObject({ findings: [], trials: 0 })
    await train(world, sweep, 8, () => ({ summary: { validation_f1: 0.9, epoch: 3 } }))
    const { findings, trials } = await diagnosisOf(world, sweep)
    expect(trials).toBe(8)
    expect(findings[0]).toEqual({
      code: 'metric-missing',
      severity: 'error',
      message: '8 trials finished without val_f1; they logged validation_f1',
      evidence: {
        trials: [1, 2, 3, 4, 5, 6, 7, 8],
        keys: ['validation_f1'],
        numbers: { finished: 8, without: 8 },
      },
      fix: 'log val_f1, or create the sweep with metric: {name: validation_f1}',
      remedy: { kind: 'new-sweep', changes: [{ op: 'add', path: '/metric/name', value: 'validation_f1' }] },
    })
  })

  it('is named where the best trial is asked for', async () => {
    const world = memoryWorld()
    const sweep = await world.sweep(CONFIG)
    expect((await get(world, `${sweep}/best`)).detail).toContain('has finished yet')
    await train(world, sweep, 2, () => ({ summary: { validation_f1: 0.9 } }))
    const answer = await world.call('GET', `${sweep}/best`)
    expect(answer).toMatchObject({
      status: 404,
      body: {
        type: 'about:blank#no-best-yet',
        code: 'no-best-yet',
        detail: expect.stringContaining(
          'finished without val_f1: val_f1 was not reported, validation_f1 was; log it as a number',
        ),
      },
    })
    expect(answer.body.detail).toMatch(/^2 trials of sweep acme\/digits\//)
  })
})

it('names the least violation when no trial is feasible', async () => {
  const world = memoryWorld()
  const sweep = await world.sweep({ ...CONFIG, constraints: [{ name: 'latency', max: 10 }] })
  await train(world, sweep, 4, (number) => ({ summary: { val_f1: 0.9, latency: 15 - number } }))
  expect((await get(world, `${sweep}/best`)).detail).toContain(
    'finished and none is feasible; trial 4 is nearest, with a violation of 1',
  )
  expect((await diagnosisOf(world, sweep)).findings[0]).toMatchObject({
    code: 'none-feasible',
    evidence: { trials: [4], keys: ['latency'], numbers: { least_violation: 1 } },
  })
})

it('reads why runs failed from the end of their console', async () => {
  const world = memoryWorld()
  const sweep = await world.sweep(CONFIG)
  const { trials } = (await world.call('POST', `${sweep}/trials`, { count: 3 })).body
  for (const { run } of trials) {
    const lines = [
      'ERROR 2026-01-01T00:00:00.1Z Traceback (most recent call last):',
      "KeyError: 'lr'",
      'wandb: done',
    ]
    await world.deps.store.putChunk({ entity: 'acme', project: 'digits', run }, 'console', {
      attempt: 1,
      receivedAt: world.deps.clock.now(),
      rows: lines.map((line, index) => ({ index, at: 0, values: { line } })),
    })
    await world.call('POST', `${runPathOf(run)}/finish`, { state: 'failed', reason: 'exit code 1' })
  }
  expect((await diagnosisOf(world, sweep)).findings[0]).toMatchObject({
    code: 'same-error',
    severity: 'error',
    message: "3 trials failed with: KeyError: 'lr'",
  })
})

it('names the host that loses its leases', async () => {
  const world = memoryWorld()
  const sweep = await world.sweep({ ...CONFIG, retry: { max_attempts: 2 } })
  const take = async (agent: string, count: number) =>
    (await world.call('POST', `${sweep}/trials`, { count, agent })).body.trials
  await take('bad:1', 3)
  world.advance(120)
  await world.reconcile()
  for (const { run, attempt } of [...(await take('fine:1', 3)), ...(await take('other:1', 3))])
    await world.call('POST', `${runPathOf(run)}/finish`, {
      state: 'finished',
      summary: { val_f1: 1 },
      attempt,
    })
  expect((await diagnosisOf(world, sweep)).findings).toMatchObject([
    { code: 'host-loses-leases', evidence: { keys: ['bad'], numbers: { lost: 3, attempts: 3, others: 6 } } },
  ])
})

it('takes a value that `define_metric` chose, and looks at no voided trial', async () => {
  const world = memoryWorld()
  const sweep = await world.sweep(CONFIG)
  await train(world, sweep, 1, () => ({ summary: { val_f1: { max: 0.9 } } }))
  expect(await get(world, sweep)).toMatchObject({ warnings: [], best: { number: 1 } })
  const [{ number }] = await train(world, sweep, 1, () => ({ summary: {} }))
  expect((await diagnosisOf(world, sweep)).trials).toBe(2)
  await world.call('POST', `${sweep}/trials/${number}/void`, { reason: 'a bug' })
  expect(await diagnosisOf(world, sweep)).toMatchObject({ findings: [], trials: 1 })
})

it('reads the trials again only when the sweep has changed, or after a minute', async () => {
  const world = memoryWorld()
  const sweep = await world.sweep(CONFIG)
  await train(world, sweep, 5, () => ({ summary: {} }))
  const ops = async () => {
    const before = world.units.length
    await diagnosisOf(world, sweep)
    return world.units.slice(before).map(({ op }) => op)
  }
  expect(await ops()).toContain('listTrials')
  expect(await ops()).toEqual(['getSweep'])
  world.advance(61)
  expect(await ops()).toContain('listTrials')
  await train(world, sweep, 1, () => ({ summary: { val_f1: 1 } }))
  expect(await ops()).toContain('listTrials')
})
