import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcile } from '../../sweeps/reconciler/reconcile.ts'
import { type TestDoor, testDoor, UPSERT_SWEEP } from '../test-api.ts'

let door: TestDoor
beforeAll(async () => {
  door = await testDoor()
})
afterAll(() => door.stop())

const grid = (cells: number, more = '') =>
  `method: grid\nprogram: train.py\nmetric: {name: loss, goal: minimize}\nparameters:\n  x: {values: [${Array.from({ length: cells }, (_, i) => i)}]}\n${more}`

const SWEEP_STATE = 'query ($sweep: String!) { project { sweep(sweepName: $sweep) { id state runCount } } }'
const stateOf = async (sweep: string) => (await door.data(SWEEP_STATE, { sweep })).project.sweep

describe('an idle agent', () => {
  it('is given one run as a JSON text, with its program and wrapped arguments', async () => {
    const sweep = await door.sweep(grid(2))
    expect((await stateOf(sweep)).state).toBe('PENDING')
    const commands = await door.beat(await door.agent(sweep))
    expect(commands).toEqual([
      { type: 'run', run_id: `${sweep}-1`, program: 'train.py', args: { x: { value: 0 } } },
    ])
    expect((await stateOf(sweep)).state).toBe('RUNNING')
  })

  it('is given the same run again while it has not begun it, and no number is spent', async () => {
    const sweep = await door.sweep(grid(3))
    const agent = await door.agent(sweep)
    expect((await door.beat(agent))[0]?.run_id).toBe(`${sweep}-1`)
    expect((await door.beat(agent))[0]?.run_id).toBe(`${sweep}-1`)
    expect((await stateOf(sweep)).runCount).toBe(1)
  })

  it('is given the next run once it has begun the first', async () => {
    const sweep = await door.sweep(grid(3))
    const agent = await door.agent(sweep)
    await door.beat(agent)
    await door.init(`${sweep}-1`)
    expect((await door.beat(agent))[0]?.run_id).toBe(`${sweep}-2`)
  })

  it('loses a run that it has taken without ever beginning it, and another agent gets it', async () => {
    const sweep = await door.sweep(grid(1))
    const agent = await door.agent(sweep)
    await door.beat(agent)
    await door.beat(agent, `${sweep}-1`)
    const commands = await door.beat(agent)
    expect(commands[0]).toMatchObject({ type: 'resume', run_id: `${sweep}-1` })
  })

  it('is told to exit when nothing is left and nothing runs', async () => {
    const sweep = await door.sweep(grid(1))
    const agent = await door.agent(sweep)
    await door.beat(agent)
    await door.init(`${sweep}-1`)
    await door.stream(`${sweep}-1`, { complete: true, exitcode: 0 })
    expect(await door.beat(agent)).toEqual([{ type: 'exit' }])
    expect((await stateOf(sweep)).state).toBe('FINISHED')
  })

  it('waits while the sweep is paused, and goes on when it is resumed', async () => {
    const sweep = await door.sweep(grid(2))
    const agent = await door.agent(sweep)
    const { id } = await stateOf(sweep)
    await door.data(UPSERT_SWEEP, { id, state: 'PAUSED' })
    expect(await door.beat(agent)).toEqual([])
    await door.data(UPSERT_SWEEP, { id, state: 'RUNNING' })
    expect((await door.beat(agent))[0]?.type).toBe('run')
  })
})

describe('two agents', () => {
  it('never get the same cell, and a vanished agent’s cell goes to the other', async () => {
    const sweep = await door.sweep(grid(2))
    const [gone, here] = [await door.agent(sweep), await door.agent(sweep)]
    const [first] = await door.beat(gone)
    const [second] = await door.beat(here)
    expect(new Set([first?.run_id, second?.run_id]).size).toBe(2)
    await door.init(second!.run_id!)
    await door.stream(second!.run_id!, { complete: true, exitcode: 0 })
    expect(await door.beat(here)).toEqual([])
    door.clock.advance(301_000)
    await reconcile(door.deps)
    expect(await door.beat(here)).toMatchObject([{ type: 'resume', run_id: first?.run_id }])
  })
})

describe('a busy agent', () => {
  it('is told to stop a stopped run again and again, and nothing else', async () => {
    const sweep = await door.sweep(grid(5))
    const agent = await door.agent(sweep)
    const run = (await door.beat(agent))[0]!.run_id!
    await door.init(run)
    expect(await door.beat(agent, run)).toEqual([])
    await door.call('PATCH', `/v1/acme/digits/runs/${run}`, { body: { stop: true } })
    for (let i = 0; i < 3; i++) expect(await door.beat(agent, run)).toEqual([{ type: 'stop', run_id: run }])
    expect((await door.stream(run, {})).body).toEqual({ stopped: true })
  })

  it('is told to stop its runs when the sweep is cancelled, then to exit', async () => {
    const sweep = await door.sweep(grid(5))
    const agent = await door.agent(sweep)
    const run = (await door.beat(agent))[0]!.run_id!
    await door.init(run)
    await door.data(UPSERT_SWEEP, { id: (await stateOf(sweep)).id, state: 'CANCELED' })
    expect(await door.beat(agent, run)).toEqual([{ type: 'stop', run_id: run }])
    await door.stream(run, { complete: true, exitcode: 255 })
    expect(await door.beat(agent)).toEqual([{ type: 'exit' }])
  })

  it('of a cancelled sweep ends its run when its program is gone without a word, and exits', async () => {
    const sweep = await door.sweep(grid(5, 'name: gone\n'))
    const agent = await door.agent(sweep)
    const run = (await door.beat(agent))[0]!.run_id!
    await door.init(run)
    await door.data(UPSERT_SWEEP, { id: (await stateOf(sweep)).id, state: 'CANCELED' })
    expect(await door.beat(agent, run)).toEqual([{ type: 'stop', run_id: run }])
    expect(await door.beat(agent)).toEqual([{ type: 'exit' }])
    expect((await door.call('GET', `/v1/acme/digits/runs/${run}`)).body.state).toBe('killed')
  })

  it('is left in peace about a run that has just ended by itself', async () => {
    const sweep = await door.sweep(grid(5))
    const agent = await door.agent(sweep)
    const run = (await door.beat(agent))[0]!.run_id!
    await door.init(run)
    await door.stream(run, { complete: true, exitcode: 0 })
    expect(await door.beat(agent, run)).toEqual([])
  })
})

describe('refusals', () => {
  it('an unknown sweep is 404 and one that is over is 400', async () => {
    const register = (sweep: string) =>
      door.ask('mutation ($s: String!) { createAgent(input: {host: "h", sweep: $s}) { agent { id } } }', {
        s: sweep,
      })
    expect((await register('nosuch12')).status).toBe(404)
    const sweep = await door.sweep(grid(7))
    await door.data(UPSERT_SWEEP, { id: (await stateOf(sweep)).id, state: 'FINISHED' })
    const { status, body } = await register(sweep)
    expect(status).toBe(400)
    expect(body.errors[0].message).toContain('is not running')
  })

  it('a deleted sweep answers its agents with 404, which ends them', async () => {
    const sweep = await door.sweep(grid(8))
    const agent = await door.agent(sweep)
    await door.call('DELETE', `/v1/acme/digits/sweeps/${sweep}`)
    const beat = 'mutation ($id: ID!) { agentHeartbeat(input: {id: $id, runState: "{}"}) { commands } }'
    expect((await door.ask(beat, { id: agent })).status).toBe(404)
    expect((await door.ask(beat, { id: 'garbage' })).status).toBe(404)
  })
})

describe('preemption', () => {
  it('gives a preempted run back at its end, without counting it as lost', async () => {
    const sweep = await door.sweep(grid(1))
    const agent = await door.agent(sweep)
    const run = (await door.beat(agent))[0]!.run_id!
    await door.init(run)
    await door.stream(run, { preempting: true })
    await door.stream(run, { complete: true, exitcode: 1 })
    expect(await door.beat(agent)).toMatchObject([{ type: 'resume', run_id: run }])
    expect((await door.deps.store.getLive({ entity: 'acme', project: 'digits', run }))?.lost).toBe(0)
  })
})
