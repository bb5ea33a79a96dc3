import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestWandb, testWandb } from '../test-api.ts'
import { historyRows } from './run-history.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
  await api.init('r')
  // Logged at every second step; every third row lacks `acc`.
  const content = Array.from({ length: 30 }, (_, i) =>
    JSON.stringify({
      _step: 2 * i,
      _timestamp: 1_700_000_000 + i,
      _runtime: i,
      loss: 30 - i,
      ...(i % 3 !== 0 && { acc: i }),
      'a.b': i,
      nested: { x: i },
    }),
  )
  await api.stream('r', {
    files: {
      'wandb-history.jsonl': { offset: 0, content },
      'wandb-events.jsonl': { offset: 0, content: ['{"system.cpu": 5}'] },
    },
  })
})
afterAll(() => api.stop())

const run = async (selection: string, variables: object = {}, declared = '') =>
  (
    await api.data(
      `query ${declared} { project(name: "digits") { run(name: "r") { ${selection} } } }`,
      variables,
    )
  ).project.run
const sampled = async (spec: object) =>
  (await run('sampledHistory(specs: $s)', { s: [JSON.stringify(spec)] }, '($s: [JSONString!]!)'))
    .sampledHistory[0]

describe('a rewound run', () => {
  const REWIND =
    'mutation ($run: String!, $metric: String!, $value: Float!) { rewindRun(input: {runName: $run, projectName: "digits", metricName: $metric, metricValue: $value}) { rewoundRun { name historyLineCount project { name entity { name } } } } }'

  it('continues after a step, and replaces later rows', async () => {
    await api.init('back')
    const rows = (from: number, steps: number[], x: number) =>
      api.stream('back', {
        files: {
          'wandb-history.jsonl': {
            offset: from,
            content: steps.map((_step) => JSON.stringify({ _step, x })),
          },
        },
      })
    await rows(0, [0, 2, 4, 6, 8], 1)
    await api.stream('back', { complete: true, exitcode: 0 })
    const { rewoundRun } = (await api.data(REWIND, { run: 'back', metric: '_step', value: 4 })).rewindRun
    expect(rewoundRun).toEqual({
      name: 'back',
      historyLineCount: 3,
      project: { name: 'digits', entity: { name: 'acme' } },
    })
    await api.init('back')
    await rows(3, [5], 2)
    const { items } = (await api.call('GET', '/v1/acme/digits/runs/back/metrics')).body
    expect(items.map((row: { _step: number; x: number }) => [row._step, row.x])).toEqual([
      [0, 1],
      [2, 1],
      [4, 1],
      [5, 2],
    ])
    expect((await api.call('GET', '/v1/acme/digits/runs/back')).body.state).toBe('running')
  })

  it('is rewound to a step only, and only outside sweeps', async () => {
    const sweep = await api.sweep('method: grid\nparameters: {a: {values: [1]}}\n')
    const [command] = await api.beat(await api.agent(sweep))
    await api.init(command!.run_id!)
    const status = async (variables: object) => (await api.ask(REWIND, variables)).status
    expect(await status({ run: command!.run_id, metric: '_step', value: 0 })).toBe(400)
    expect(await status({ run: 'back', metric: 'loss', value: 0 })).toBe(400)
    expect(await status({ run: 'nowhere', metric: '_step', value: 0 })).toBe(404)
  })
})

describe('the history of a run', () => {
  it('is whole between two steps, the upper one excluded', async () => {
    const { history } = await run('history(minStep: 10, maxStep: 20, samples: 3)')
    expect(history.map((text: string) => JSON.parse(text)._step)).toEqual([10, 12, 14, 16, 18])
  })

  it('is found between two steps wherever its lines are', async () => {
    const every = Array.from({ length: 30 }, (_, i) => 2 * i)
    for (const [minStep, maxStep] of [
      [0, 59],
      [1, 2],
      [3, 4],
      [29, 31],
      [57, 58],
      [58, 59],
      [59, 500],
      [40, 1_000_000],
    ] as const) {
      const { history } = await run(`history(minStep: ${minStep}, maxStep: ${maxStep}, samples: 1000)`)
      const inside = every.filter((step) => step >= minStep && step < maxStep)
      expect(history.map((text: string) => JSON.parse(text)._step)).toEqual(inside)
      const spec = { keys: ['_step'], minStep, maxStep: maxStep - 1, samples: 1000 }
      expect((await sampled(spec)).map((row: { _step: number }) => row._step)).toEqual(inside)
    }
  })

  it('is read in parts when it is long', async () => {
    await api.init('long')
    const content = (from: number) =>
      Array.from({ length: 1000 }, (_, i) => JSON.stringify({ _step: from + i, _timestamp: 1, x: 1 }))
    for (let from = 0; from < 30_000; from += 1000)
      await api.stream('long', {
        files: { 'wandb-history.jsonl': { offset: from, content: content(from) } },
      })
    const asked: number[] = []
    const store = {
      ...api.deps.store,
      listChunks: async (...args: Parameters<typeof api.deps.store.listChunks>) => {
        const chunks = await api.deps.store.listChunks(...args)
        asked.push(chunks.reduce((sum, { rows }) => sum + rows.length, 0))
        return chunks
      },
    }
    const view = (await store.getRun({ entity: 'acme', project: 'digits', run: 'long' }))!
    const rows = await historyRows({ store }, view, { minStep: 25_000, maxStep: 26_000, samples: 1000 })
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, i) => 25_000 + i))
    expect(asked.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4_000)
  })

  it('is sampled without a range, with first and last row', async () => {
    const { history } = await run('history(samples: 5)')
    const steps = history.map((text: string) => JSON.parse(text)._step)
    expect([steps.length, steps[0], steps.at(-1)]).toEqual([5, 0, 58])
  })

  it('is sampled as objects that have every key, both ends included', async () => {
    const rows = await sampled({ keys: ['_step', 'acc'], minStep: 0, maxStep: 8, samples: 100 })
    expect(rows).toEqual([
      { _step: 2, acc: 1 },
      { _step: 4, acc: 2 },
      { _step: 8, acc: 4 },
    ])
  })

  it('resolves flat names with dots and paths into nested values', async () => {
    expect((await sampled({ keys: ['a.b', 'nested.x'], maxStep: 0 }))[0]).toEqual({ 'a.b': 0, 'nested.x': 0 })
  })

  it('returns its last step, which a scan requires', async () => {
    const { historyKeys } = await run('historyKeys')
    expect(historyKeys.lastStep).toBe(58)
    expect(historyKeys.keys.acc.typeCounts).toEqual([{ type: 'number', count: 20 }])
  })

  it('returns counts and last lines to a resumed run', async () => {
    const counts = await run('historyLineCount eventsLineCount historyTail')
    expect([counts.historyLineCount, counts.eventsLineCount]).toEqual([30, 1])
    expect(JSON.parse(JSON.parse(counts.historyTail).at(-1))).toMatchObject({ _step: 58, _runtime: 29 })
  })
})
