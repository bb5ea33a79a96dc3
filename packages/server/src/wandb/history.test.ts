import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDoor, testDoor } from './test-door.ts'

let door: TestDoor
beforeAll(async () => {
  door = await testDoor()
  await door.init('r')
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
  await door.stream('r', {
    files: {
      'wandb-history.jsonl': { offset: 0, content },
      'wandb-events.jsonl': { offset: 0, content: ['{"system.cpu": 5}'] },
    },
  })
})
afterAll(() => door.stop())

const run = async (selection: string, variables: object = {}, declared = '') =>
  (
    await door.data(
      `query ${declared} { project(name: "digits") { run(name: "r") { ${selection} } } }`,
      variables,
    )
  ).project.run
const sampled = async (spec: object) =>
  (await run('sampledHistory(specs: $s)', { s: [JSON.stringify(spec)] }, '($s: [JSONString!]!)'))
    .sampledHistory[0]

describe('the history of a run', () => {
  it('is whole between two steps, the upper one excluded', async () => {
    const { history } = await run('history(minStep: 10, maxStep: 20, samples: 3)')
    expect(history.map((text: string) => JSON.parse(text)._step)).toEqual([10, 12, 14, 16, 18])
  })

  it('is thinned without a range, first and last kept', async () => {
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

  it('knows flat names with dots and paths into nested values', async () => {
    expect((await sampled({ keys: ['a.b', 'nested.x'], maxStep: 0 }))[0]).toEqual({ 'a.b': 0, 'nested.x': 0 })
  })

  it('tells its last step, without which a scan finds nothing', async () => {
    const { historyKeys } = await run('historyKeys')
    expect(historyKeys.lastStep).toBe(58)
    expect(historyKeys.keys.acc.typeCounts).toEqual([{ type: 'number', count: 20 }])
  })

  it('tells a resumed run its counts and its last lines', async () => {
    const told = await run('historyLineCount eventsLineCount historyTail')
    expect([told.historyLineCount, told.eventsLineCount]).toEqual([30, 1])
    expect(JSON.parse(JSON.parse(told.historyTail).at(-1))).toMatchObject({ _step: 58, _runtime: 29 })
  })
})
