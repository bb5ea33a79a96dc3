import { describe, expect, it } from 'vitest'
import { Float } from '../schema/json.ts'
import { outcomeOf, reachesTarget } from './outcome.ts'

const accuracy = { name: 'acc', goal: 'maximize' } as const

describe('outcomeOf', () => {
  it.each([
    {
      title: 'a finished trial is worth what its summary says',
      state: 'finished',
      summary: { acc: 0.9 },
      more: {},
      outcome: { value: 0.9, loss: -0.9 },
    },
    {
      title: 'a trial whose summary keeps its best value is worth that',
      state: 'finished',
      summary: { acc: { max: 0.95, last: 0.9 } },
      more: {},
      outcome: { value: 0.95, loss: -0.95 },
    },
    {
      title: 'a trial stopped early is worth its last rung',
      state: 'stopped',
      summary: { acc: 0.4 },
      more: { rung: 3, rungLoss: -0.5 },
      outcome: { value: 0.5, loss: -0.5, rung: 3 },
    },
    {
      title: 'a trial that stopped by itself before any rung is worth its summary',
      state: 'stopped',
      summary: { acc: 0.4 },
      more: {},
      outcome: { value: 0.4, loss: -0.4 },
    },
    {
      title: 'a failed trial is worth nothing, though it logged',
      state: 'failed',
      summary: { acc: 0.9 },
      more: {},
      outcome: {},
    },
    {
      title: 'a lost trial is worth nothing',
      state: 'crashed',
      summary: { acc: 0.9 },
      more: {},
      outcome: {},
    },
    {
      title: 'NaN is no value',
      state: 'finished',
      summary: { acc: new Float(Number.NaN) },
      more: {},
      outcome: {},
    },
  ] as const)('$title', ({ state, summary, more, outcome }) => {
    expect(outcomeOf({ state, summary, ...more }, accuracy)).toEqual(outcome)
  })
})

describe('reachesTarget', () => {
  it('looks in the direction of the goal, the target included', () => {
    expect(reachesTarget({ ...accuracy, target: 0.9 }, -0.9)).toBe(true)
    expect(reachesTarget({ ...accuracy, target: 0.9 }, -0.89)).toBe(false)
    expect(reachesTarget({ goal: 'minimize', target: 0.1 }, 0.05)).toBe(true)
    expect(reachesTarget(accuracy, -1)).toBe(false)
  })
})
