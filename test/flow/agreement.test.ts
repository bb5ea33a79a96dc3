/** Random histories with amendments: all APIs agree with a model of a few lines, and with each other. */
import { rngOf } from '@chimney/core/math/rng'
import { chimney } from '@chimney/sdk/client'
import { KEY } from '@chimney/server/http/test-app'
import { type TestWandb, testWandb } from '@chimney/server/wandb/test-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sized } from '../sized.ts'

const HISTORIES = sized(4, 100)
const EVENTS = 24

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

interface Model {
  state: string
  value: number | undefined
  attempt: number
  hasRun: boolean
  isVoid: boolean
}

const BEST_RUN =
  'query ($filters: JSONString, $order: String) { project(name: "digits") { runs(filters: $filters, order: $order, first: 1) { edges { node { name } } } } }'
const SWEEP =
  'query ($sweep: String!) { project(name: "digits") { sweep(sweepName: $sweep) { bestLoss state } } }'

it(`REST, W&B's API, the SDK and the events agree on best, values and counts in ${HISTORIES} histories`, async () => {
  for (let seed = 1; seed <= HISTORIES; seed++) await checkHistory(seed)
})

async function checkHistory(seed: number): Promise<void> {
  const rng = rngOf(seed, 0)
  const goal = rng.uniform() < 0.5 ? 'minimize' : 'maximize'
  const id = await api.sweep(
    JSON.stringify({
      method: 'random',
      seed,
      metric: { name: 'loss', goal },
      parameters: { x: { distribution: 'uniform', min: 0, max: 1 } },
    }),
  )
  const sweep = `/v1/acme/digits/sweeps/${id}`
  const trials = new Map<number, Model>()
  const runOf = (number: number) => `/v1/acme/digits/runs/${id}-${number}`
  const someNumber = () => 1 + rng.below(trials.size)
  const isEnded = ({ state }: Model) => state !== 'queued'

  async function runNext(): Promise<void> {
    const [trial] = (await api.call('POST', `${sweep}/trials`, { body: {} })).body.trials
    const loss = rng.below(6) // ties are frequent
    const state = rng.uniform() < 0.75 ? 'finished' : 'failed'
    const hasValue = rng.uniform() < 0.9
    const body = { state, attempt: trial.attempt, ...(hasValue && { summary: { loss } }) }
    expect((await api.call('POST', `${runOf(trial.number)}/finish`, { body })).body.kept).toBe(true)
    trials.set(trial.number, {
      state,
      value: hasValue && state === 'finished' ? loss : undefined,
      attempt: trial.attempt,
      hasRun: true,
      isVoid: false,
    })
  }
  async function amend(): Promise<void> {
    const number = someNumber()
    const trial = trials.get(number)!
    const { status } = await apply(number, trial)
    expect(status).toBeLessThan(500)
  }
  async function apply(number: number, trial: Model) {
    const luck = rng.uniform()
    if (luck < 0.25) {
      const answer = await api.call('POST', `${sweep}/trials/${number}/void`, { body: {} })
      expect(answer.status).toBe(isEnded(trial) ? 200 : 409)
      if (isEnded(trial)) Object.assign(trial, { state: 'killed', value: undefined, isVoid: true })
      return answer
    }
    if (luck < 0.5) {
      Object.assign(trial, { state: 'queued', value: undefined, isVoid: false, hasRun: true })
      return api.call('POST', `${sweep}/trials/${number}/requeue`)
    }
    if (luck < 0.6) {
      const answer = await api.call('DELETE', runOf(number))
      expect(answer.status).toBe(trial.hasRun ? 204 : 404)
      Object.assign(trial, { state: 'killed', value: undefined, isVoid: true, hasRun: false })
      return answer
    }
    const loss = rng.below(6)
    if (trial.state === 'finished' && trial.hasRun && !trial.isVoid) trial.value = loss
    if (luck < 0.8) return api.call('PATCH', runOf(number), { body: { summary: { loss } } })
    if (trial.state === 'queued') return { status: 200 }
    const body = { state: 'finished', attempt: trial.attempt, summary: { loss } }
    return api.call('POST', `${runOf(number)}/finish`, { body })
  }

  for (let event = 0; event < EVENTS; event++)
    if (trials.size < 3 || rng.uniform() < 0.35) await runNext()
    else await amend()
  while ([...trials.values()].some(({ state }) => state === 'queued')) await runNext()
  await checkAgreement(id, seed, goal, trials)
}

async function checkAgreement(
  id: string,
  seed: number,
  goal: string,
  trials: ReadonlyMap<number, Model>,
): Promise<void> {
  const sweep = `/v1/acme/digits/sweeps/${id}`
  const sign = goal === 'minimize' ? 1 : -1
  const [best] = [...trials]
    .filter(([, { value }]) => value !== undefined)
    .sort(([a, one], [b, other]) => sign * (one.value! - other.value!) || a - b)
  const counts: Record<string, number> = { finished: 0, failed: 0, stopped: 0, killed: 0, crashed: 0 }
  for (const { state } of trials.values()) counts[state]!++

  const body = (await api.call('GET', sweep)).body
  expect(body.trials, `counts of ${seed}`).toMatchObject({ ...counts, handed_out: trials.size, open: 0 })
  expect(body.best?.number, `best of ${seed}`).toBe(best?.[0])
  const answer = await api.call('GET', `${sweep}/best`)
  expect(answer.status === 200 ? [answer.body.number, answer.body.value] : undefined).toEqual(
    best && [best[0], best[1].value],
  )
  const listed = (await api.call('GET', `${sweep}/trials?limit=1000`)).body.items
  const events = (await api.call('GET', `${sweep}/events?since=0.0`)).body.trials
  expect(events, `events of ${seed}`).toEqual(listed)
  for (const { number, state, value, voided } of listed)
    expect([state, value, voided !== undefined], `trial ${number} of ${seed}`).toEqual([
      trials.get(number)!.state,
      trials.get(number)!.value,
      trials.get(number)!.isVoid,
    ])
  const client = chimney({
    url: 'http://chimney.test',
    key: KEY,
    fetch: async (input, init) => api.app.request(input as string, init),
  })
  expect((await client.best(`acme/digits/${id}`))?.number, `the SDK's best of ${seed}`).toBe(best?.[0])

  const { bestLoss } = (await api.data(SWEEP, { sweep: id })).project.sweep
  expect(bestLoss, `bestLoss of ${seed}`).toBe(best?.[1].value ?? null)
  if (!best) return
  const order = `${goal === 'minimize' ? '+' : '-'}summary_metrics.loss`
  const filters = JSON.stringify({ $and: [{ sweep: id }] })
  const { edges } = (await api.data(BEST_RUN, { filters, order })).project.runs
  // Of equal values W&B's order may name another run.
  const number = Number(edges[0].node.name.split('-')[1])
  expect(trials.get(number)!.value, `best_run() of ${seed}`).toBe(best[1].value)
}
