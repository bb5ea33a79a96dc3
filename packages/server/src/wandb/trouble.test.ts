import { Problem } from '@chimney/core/schema/problem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { reconcile } from '../sweeps/reconciler/reconcile.ts'
import { type TestWandb, testWandb, UPSERT_SWEEP } from './test-api.ts'

/** The upcoming store calls that fail or lose their response. */
let fault: ((call: number, method: string) => 'refused' | 'lost' | undefined) | undefined
let calls = 0

const busy = () =>
  new Problem('retryable', 'store-busy', 'the store did not respond in time', { retryAfter: 1 })

function failing(store: Store): Store {
  const methods = Object.entries(store).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      const chosen = fault?.(calls++, name)
      if (chosen === 'refused') throw busy()
      const answer = await (method as (...args: unknown[]) => Promise<unknown>)(...args)
      if (chosen === 'lost') throw busy()
      return answer
    },
  ])
  return Object.fromEntries(methods) as unknown as Store
}

let api: TestWandb
beforeAll(async () => {
  api = await testWandb((deps) => ({ ...deps, store: failing(deps.store) }))
})
beforeEach(() => {
  fault = undefined
  calls = 0
})
afterAll(() => api.stop())

const GRID = (name: string) =>
  `name: ${name}\nmethod: grid\nmetric: {name: loss, goal: minimize}\nparameters: {a: {values: [1, 2]}}\n`

const BEAT =
  'mutation ($id: ID!, $state: JSONString) { agentHeartbeat(input: {id: $id, runState: $state}) { commands } }'

/** Repeats a request while the response asks for a retry, as the client does; the store fails one call later each time. */
async function insist<T extends { status: number }>(
  kind: 'refused' | 'lost',
  send: () => Promise<T>,
): Promise<T> {
  for (let at = 0; at < 60; at++) {
    calls = 0
    fault = (call) => (call === at ? kind : undefined)
    const answer = await send()
    api.clock.advance(2_000)
    fault = undefined
    if (answer.status !== 503) {
      expect(answer.status).toBe(200)
      return answer
    }
  }
  throw new Error('the request asks the store without an end')
}

describe.each(['refused', 'lost'] as const)('a call of the store that is %s, whichever it is', (kind) => {
  it('makes the client retry, and one sweep is created', async () => {
    const config = GRID(`once-${kind}`)
    const { body } = await insist(kind, () => api.ask(UPSERT_SWEEP, { config, projectName: `once-${kind}` }))
    const { sweeps } = (
      await api.data(`{ project(name: "once-${kind}") { sweeps { edges { node { name } } } } }`)
    ).project
    expect(sweeps.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual([
      body.data.upsertSweep.sweep.name,
    ])
  })

  it('hands out each cell once and leaves none', async () => {
    // One fault per round, one call later than in the round before, until a round passes without it.
    for (let at = 0, failed = true; failed; at++) {
      const sweep = await api.sweep(GRID(`cell-${at}-${kind}`))
      const agent = await api.agent(sweep)
      calls = 0
      fault = (call) => (call === at ? kind : undefined)
      const given: string[] = []
      for (let poll = 1; given.length < 2; poll++) {
        const beat = await api.ask(BEAT, { id: agent, state: '{}' })
        if (given.length === 0) failed = calls > at
        const [command] = beat.status === 503 ? [] : JSON.parse(beat.body.data.agentHeartbeat.commands)
        if (command) {
          fault = undefined
          given.push(command.run_id)
          await api.init(command.run_id)
          await api.stream(command.run_id, {
            files: { 'wandb-history.jsonl': { offset: 0, content: ['{"_step": 0, "loss": 1}'] } },
            complete: true,
            exitcode: 0,
          })
        }
        // What got lost is looked after once a minute.
        api.clock.advance(30_000)
        if (poll % 2 === 0) await reconcile(api.deps)
        expect(poll).toBeLessThan(60)
      }
      expect(given.toSorted()).toEqual([`${sweep}-1`, `${sweep}-2`])
      const { body } = await api.call('GET', `/v1/acme/digits/sweeps/${sweep}`)
      expect(body.trials).toMatchObject({ finished: 2, handed_out: 2 })
      await api.call('DELETE', `/v1/acme/digits/sweeps/${sweep}`)
    }
  })

  it('loses no line and doubles none', async () => {
    const run = `lines-${kind}`
    await api.init(run)
    for (let from = 0; from < 9; from += 3) {
      const content = [from, from + 1, from + 2].map((step) => `{"_step": ${step}, "loss": ${9 - step}}`)
      await insist(kind, () =>
        api.stream(run, {
          files: {
            'wandb-history.jsonl': { offset: from, content },
            'wandb-events.jsonl': { offset: from, content },
            'output.log': { offset: from, content: content.map((_, i) => `line ${from + i}`) },
            'wandb-summary.json': { offset: 0, content: [`{"loss": ${9 - from - 2}}`] },
          },
        }),
      )
    }
    const { body } = await api.call('GET', `/v1/acme/digits/runs/${run}/metrics`)
    expect(body.items.map((row: { _step: number; loss: number }) => [row._step, row.loss])).toEqual(
      Array.from({ length: 9 }, (_, step) => [step, 9 - step]),
    )
    const received = (
      await api.data(
        `{ project(name: "digits") { run(name: "${run}") { historyLineCount eventsLineCount logLineCount summaryMetrics } } }`,
      )
    ).project.run
    expect(received).toEqual({
      historyLineCount: 9,
      eventsLineCount: 9,
      logLineCount: 9,
      summaryMetrics: '{"loss":1}',
    })
  })
})

it('a run whose lease expired continues when its process reports again', async () => {
  await api.init('silent')
  await api.stream('silent', { files: { 'wandb-history.jsonl': { offset: 0, content: ['{"_step": 0}'] } } })
  api.clock.advance(301_000)
  await reconcile(api.deps)
  const state = async () => (await api.call('GET', '/v1/acme/digits/runs/silent')).body.state
  expect(await state()).toBe('crashed')
  await api.stream('silent', { files: { 'wandb-history.jsonl': { offset: 1, content: ['{"_step": 1}'] } } })
  expect(await state()).toBe('running')
  const { items } = (await api.call('GET', '/v1/acme/digits/runs/silent/metrics')).body
  expect(items).toHaveLength(2)
})

it('a silence of four minutes is no reason to give a run up', async () => {
  await api.init('asleep')
  api.clock.advance(240_000)
  await reconcile(api.deps)
  expect((await api.call('GET', '/v1/acme/digits/runs/asleep')).body.state).toBe('running')
})

it('many agents at once get no cell twice, and never more than the cap', async () => {
  const sweep = await api.sweep(
    'name: capped\nmethod: random\nmetric: {name: loss}\nrun_cap: 5\nparameters: {x: {min: 0.0, max: 1.0}}\n',
  )
  const agents = await Promise.all(Array.from({ length: 8 }, () => api.agent(sweep)))
  const commands = (await Promise.all(agents.map((agent) => api.beat(agent)))).flat()
  const runs = commands.flatMap(({ run_id }) => (run_id ? [run_id] : []))
  expect(runs.toSorted()).toEqual([1, 2, 3, 4, 5].map((n) => `${sweep}-${n}`))
})
