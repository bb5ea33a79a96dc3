import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcile } from '../../sweeps/reconciler/reconcile.ts'
import { type TestWandb, testWandb, UPSERT_SWEEP } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const grid = (cells: number, more = '') =>
  `method: grid\nprogram: train.py\nmetric: {name: loss, goal: minimize}\nparameters:\n  x: {values: [${Array.from({ length: cells }, (_, i) => i)}]}\n${more}`

const SWEEP_STATE = 'query ($sweep: String!) { project { sweep(sweepName: $sweep) { id state runCount } } }'
const stateOf = async (sweep: string) => (await api.data(SWEEP_STATE, { sweep })).project.sweep

describe('an idle agent', () => {
  it('receives one run as JSON text, with its program and wrapped arguments', async () => {
    const sweep = await api.sweep(grid(2))
    expect((await stateOf(sweep)).state).toBe('PENDING')
    const commands = await api.beat(await api.agent(sweep))
    expect(commands).toEqual([
      { type: 'run', run_id: `${sweep}-1`, program: 'train.py', args: { x: { value: 0 } } },
    ])
    expect((await stateOf(sweep)).state).toBe('RUNNING')
  })

  it('receives the same run again until it has started it, and no number is used up', async () => {
    const sweep = await api.sweep(grid(3))
    const agent = await api.agent(sweep)
    expect((await api.beat(agent))[0]?.run_id).toBe(`${sweep}-1`)
    expect((await api.beat(agent))[0]?.run_id).toBe(`${sweep}-1`)
    expect((await stateOf(sweep)).runCount).toBe(1)
  })

  it('receives the next run once it has started the first', async () => {
    const sweep = await api.sweep(grid(3))
    const agent = await api.agent(sweep)
    await api.beat(agent)
    await api.init(`${sweep}-1`)
    expect((await api.beat(agent))[0]?.run_id).toBe(`${sweep}-2`)
  })

  it('loses a run that it never starts, and another agent receives it', async () => {
    const sweep = await api.sweep(grid(1))
    const agent = await api.agent(sweep)
    for (let sends = 0; sends < 3; sends++) await api.beat(agent)
    const commands = await api.beat(agent)
    expect(commands[0]).toMatchObject({ type: 'resume', run_id: `${sweep}-1` })
  })

  it('runs a trial once whose program ended without reporting, as an offline one does', async () => {
    const sweep = await api.sweep(grid(4, 'name: offline\n'))
    const agent = await api.agent(sweep)
    await api.beat(agent)
    await api.beat(agent, `${sweep}-1`)
    expect(await api.beat(agent)).toMatchObject([{ run_id: `${sweep}-2` }])
    // The second one is over before the next poll; only the second send proves that.
    api.clock.advance(5_000)
    expect(await api.beat(agent)).toMatchObject([{ run_id: `${sweep}-2` }])
    api.clock.advance(5_000)
    expect(await api.beat(agent)).not.toMatchObject([{ run_id: `${sweep}-2` }])
    const { body } = await api.call('GET', `/v1/acme/digits/sweeps/${sweep}/trials`)
    expect(body.items.slice(0, 2)).toMatchObject([
      { state: 'crashed', attempt: 1, reason: expect.stringContaining('wandb sync') },
      { state: 'crashed', attempt: 1 },
    ])
  })

  it('is ordered to exit when no trial is left or running', async () => {
    const sweep = await api.sweep(grid(1))
    const agent = await api.agent(sweep)
    await api.beat(agent)
    await api.init(`${sweep}-1`)
    await api.stream(`${sweep}-1`, { complete: true, exitcode: 0 })
    expect(await api.beat(agent)).toEqual([{ type: 'exit' }])
    expect((await stateOf(sweep)).state).toBe('FINISHED')
  })

  it('waits while the sweep is paused, and continues when it is resumed', async () => {
    const sweep = await api.sweep(grid(2))
    const agent = await api.agent(sweep)
    const { id } = await stateOf(sweep)
    await api.data(UPSERT_SWEEP, { id, state: 'PAUSED' })
    expect(await api.beat(agent)).toEqual([])
    await api.data(UPSERT_SWEEP, { id, state: 'RUNNING' })
    expect((await api.beat(agent))[0]?.type).toBe('run')
  })
})

describe('two agents', () => {
  it('never get the same cell, and a vanished agent’s cell goes to the other', async () => {
    const sweep = await api.sweep(grid(2))
    const [gone, here] = [await api.agent(sweep), await api.agent(sweep)]
    const [first] = await api.beat(gone)
    const [second] = await api.beat(here)
    expect(new Set([first?.run_id, second?.run_id]).size).toBe(2)
    await api.init(second!.run_id!)
    await api.stream(second!.run_id!, { complete: true, exitcode: 0 })
    expect(await api.beat(here)).toEqual([])
    api.clock.advance(301_000)
    await reconcile(api.deps)
    expect(await api.beat(here)).toMatchObject([{ type: 'resume', run_id: first?.run_id }])
  })
})

describe('a busy agent', () => {
  it('receives only the order to stop, until the stopped run ends', async () => {
    const sweep = await api.sweep(grid(5))
    const agent = await api.agent(sweep)
    const run = (await api.beat(agent))[0]!.run_id!
    await api.init(run)
    expect(await api.beat(agent, run)).toEqual([])
    await api.call('PATCH', `/v1/acme/digits/runs/${run}`, { body: { stop: true } })
    for (let i = 0; i < 3; i++) expect(await api.beat(agent, run)).toEqual([{ type: 'stop', run_id: run }])
    expect((await api.stream(run, {})).body).toEqual({ stopped: true })
  })

  it('is ordered to stop its runs when the sweep is cancelled, then to exit', async () => {
    const sweep = await api.sweep(grid(5))
    const agent = await api.agent(sweep)
    const run = (await api.beat(agent))[0]!.run_id!
    await api.init(run)
    await api.data(UPSERT_SWEEP, { id: (await stateOf(sweep)).id, state: 'CANCELED' })
    expect(await api.beat(agent, run)).toEqual([{ type: 'stop', run_id: run }])
    await api.stream(run, { complete: true, exitcode: 255 })
    expect(await api.beat(agent)).toEqual([{ type: 'exit' }])
  })

  it('of a cancelled sweep ends its run when its program disappears, and exits', async () => {
    const sweep = await api.sweep(grid(5, 'name: gone\n'))
    const agent = await api.agent(sweep)
    const run = (await api.beat(agent))[0]!.run_id!
    await api.init(run)
    await api.data(UPSERT_SWEEP, { id: (await stateOf(sweep)).id, state: 'CANCELED' })
    expect(await api.beat(agent, run)).toEqual([{ type: 'stop', run_id: run }])
    expect(await api.beat(agent)).toEqual([{ type: 'exit' }])
    expect((await api.call('GET', `/v1/acme/digits/runs/${run}`)).body.state).toBe('killed')
  })

  it('receives no order for a run that has just ended', async () => {
    const sweep = await api.sweep(grid(5))
    const agent = await api.agent(sweep)
    const run = (await api.beat(agent))[0]!.run_id!
    await api.init(run)
    await api.stream(run, { complete: true, exitcode: 0 })
    expect(await api.beat(agent, run)).toEqual([])
  })
})

describe('refusals', () => {
  it('an unknown sweep is 404 and one that is over is 400', async () => {
    const register = (sweep: string) =>
      api.ask('mutation ($s: String!) { createAgent(input: {host: "h", sweep: $s}) { agent { id } } }', {
        s: sweep,
      })
    expect((await register('nosuch12')).status).toBe(404)
    const sweep = await api.sweep(grid(7))
    await api.data(UPSERT_SWEEP, { id: (await stateOf(sweep)).id, state: 'FINISHED' })
    const { status, body } = await register(sweep)
    expect(status).toBe(400)
    expect(body.errors[0].message).toContain('is not running')
  })

  it('a deleted sweep returns 404 to its agents, which ends them', async () => {
    const sweep = await api.sweep(grid(8))
    const agent = await api.agent(sweep)
    await api.call('DELETE', `/v1/acme/digits/sweeps/${sweep}`)
    const beat = 'mutation ($id: ID!) { agentHeartbeat(input: {id: $id, runState: "{}"}) { commands } }'
    expect((await api.ask(beat, { id: agent })).status).toBe(404)
    expect((await api.ask(beat, { id: 'garbage' })).status).toBe(404)
  })
})

describe('preemption', () => {
  it('requeues a preempted run at its end, without counting it as lost', async () => {
    const sweep = await api.sweep(grid(1))
    const agent = await api.agent(sweep)
    const run = (await api.beat(agent))[0]!.run_id!
    await api.init(run)
    await api.stream(run, { preempting: true })
    await api.stream(run, { complete: true, exitcode: 1 })
    expect(await api.beat(agent)).toMatchObject([{ type: 'resume', run_id: run }])
    expect((await api.deps.store.getLive({ entity: 'acme', project: 'digits', run }))?.lost).toBe(0)
  })
})
