import { rngOf } from '@chimney/core/math/rng'
import { samplerFor } from '@chimney/core/samplers/pick'
import type { History, Observation } from '@chimney/core/samplers/sampler'
import { Float, stringifyJson } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { spaceOf } from '@chimney/core/space/constraints/constrain'
import { expect, it } from 'vitest'
import { planHere } from '../../planner.ts'
import type { ThreadMessage } from './messages.ts'
import { searchThread } from './search-thread.ts'
import { threadClient } from './thread-client.ts'

const { config } = parseSweepConfig({
  method: 'tpe',
  metric: { name: 'loss' },
  parameters: {
    lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
    width: { values: [16, 32, 64] },
    scale: { values: [new Float(1), new Float(2), 2.5] },
  },
})
const space = spaceOf(config)
const search = { sampler: samplerFor(config, space), space, seed: 7, enqueued: [] }
const record = {
  key: { entity: 'acme', project: 'digits', sweep: 's' },
  config,
  source: '',
  seed: 7,
  warnings: [],
  createdAt: 1,
  rev: 1,
}

/** A client whose thread is in this one, behind the copies that a real one gets. */
function connected(most?: number) {
  const messages: ThreadMessage[] = []
  const handle = searchThread()
  const client = threadClient((message) => {
    messages.push(message)
    const answer = handle(structuredClone(message))
    if (answer) queueMicrotask(() => client.receive(structuredClone(answer)))
  }, most)
  return { client, messages }
}

const rng = rngOf(1, 1)
const paramsOf = (): Params => ({
  lr: 1e-5 + rng.uniform() / 20,
  width: [16, 32, 64][rng.below(3)]!,
  scale: [new Float(1), new Float(2), 2.5][rng.below(3)]!,
})
const observed = (number: number): Observation => ({ number, params: paramsOf(), loss: rng.uniform() })
const learnt = (messages: readonly ThreadMessage[]) =>
  messages.flatMap((message) => (message.kind === 'learn' ? message.trials : [])).length

it('suggests the same as without a thread, however the history changes between requests', async () => {
  const { client } = connected()
  let history: History = { observations: [], infeasible: [], pending: [], abandoned: [] }
  for (let number = 1; number < 60; number++) {
    const { observations, infeasible, abandoned = [] } = history
    const u = rng.uniform()
    if (u < 0.6) history = { ...history, observations: [...observations, observed(number)] }
    else if (u < 0.7) history = { ...history, infeasible: [...infeasible, { number, params: paramsOf() }] }
    else if (u < 0.8) history = { ...history, abandoned: [...abandoned, { number, params: paramsOf() }] }
    // An amendment, a trial that a slower request does not know yet, and results from before the sweep.
    else if (u < 0.9) history = { ...history, observations: observations.map((one) => observed(one.number)) }
    else if (u < 0.95) history = { ...history, observations: observations.slice(0, -1) }
    else
      history = {
        ...history,
        prior: [{ params: paramsOf(), loss: 0.5, violation: Number.POSITIVE_INFINITY }],
      }
    const pending = [{ number: number + 1, params: paramsOf() }]
    const request = { record, search, numbers: [number + 2, number + 3], history: { ...history, pending } }
    expect(stringifyJson((await client.plan(request)) as never)).toBe(
      stringifyJson((await planHere(request)) as never),
    )
  }
})

it('sends each trial once, many of them in pieces', async () => {
  const { client, messages } = connected()
  const observations = Array.from({ length: 2_500 }, (_, i) => observed(i + 1))
  const history = { observations, infeasible: [], pending: [] }
  await client.plan({ record, search, numbers: [2_501], history })
  expect(messages.map(({ kind }) => kind)).toEqual(['open', 'learn', 'learn', 'learn', 'plan'])
  expect(learnt(messages)).toBe(2_500)
  await client.plan({
    record,
    search,
    numbers: [2_502],
    history: { ...history, observations: [...observations, observed(2_501)] },
  })
  expect(learnt(messages)).toBe(2_501)
})

it('forgets the sweeps that were used least recently when there are too many trials', async () => {
  const { client, messages } = connected(50)
  const planned = (sweep: string, trials: number) =>
    client.plan({
      record: { ...record, key: { ...record.key, sweep } },
      search,
      numbers: [trials + 1],
      history: {
        observations: Array.from({ length: trials }, (_, i) => observed(i + 1)),
        infeasible: [],
        pending: [],
      },
    })
  for (const sweep of ['a', 'b', 'c']) await planned(sweep, 20)
  await planned('c', 1)
  expect(messages.flatMap((message) => (message.kind === 'forget' ? [message.sweep] : []))).toEqual([1])
})

it('passes on what a sampler refuses, and fails when the thread has ended', async () => {
  const { client } = connected()
  const finite = parseSweepConfig({
    method: 'tpe',
    parameters: { a: { values: [1, 2] } },
    metric: { name: 'x' },
  })
  const small = spaceOf(finite.config)
  const request = {
    record: { ...record, config: finite.config },
    search: { ...search, sampler: samplerFor(finite.config, small), space: small },
    numbers: [3],
    history: { observations: [], infeasible: [], pending: [] },
  }
  await expect(client.plan(request)).rejects.toMatchObject({ kind: 'conflict', code: 'space-exhausted' })
  client.fail(new Error('it ended'))
  await expect(client.plan(request)).rejects.toThrow('it ended')
})
