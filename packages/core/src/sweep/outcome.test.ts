import { describe, expect, it } from 'vitest'
import { Float } from '../schema/json.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { judgedOutcome, lossesOf, outcomeOf, reachesTarget } from './outcome.ts'

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
      title: 'a trial that ended before any rung has the value of its summary',
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

const parsed = (more: object) =>
  parseSweepConfig(JSON.stringify({ method: 'random', parameters: { x: { min: 0, max: 9 } }, ...more }))
    .config

describe('reachesTarget', () => {
  const outcome = (value: number, more: object = {}) => ({ value, loss: value, ...more })
  it('looks in the direction of the goal, the target included', () => {
    const sweep = (metric: object) => parsed({ metric: { name: 'm', ...metric } })
    expect(reachesTarget(sweep({ goal: 'maximize', target: 0.9 }), outcome(0.9))).toBe(true)
    expect(reachesTarget(sweep({ goal: 'maximize', target: 0.9 }), outcome(0.89))).toBe(false)
    expect(reachesTarget(sweep({ goal: 'minimize', target: 0.1 }), outcome(0.05))).toBe(true)
    expect(reachesTarget(sweep({ goal: 'maximize' }), outcome(1))).toBe(false)
  })

  it('wants all targets of several metrics, and every constraint kept', () => {
    const sweep = parsed({
      metrics: [{ name: 'loss', target: 1 }, { name: 'time' }, { name: 'size', target: 5 }],
    })
    expect(reachesTarget(sweep, outcome(1, { values: [1, 99, 5] }))).toBe(true)
    expect(reachesTarget(sweep, outcome(1, { values: [1, 99, 6] }))).toBe(false)
    expect(reachesTarget(sweep, outcome(1, { values: [1, 99, 5], violation: 0.1 }))).toBe(false)
  })
})

describe('with several metrics and constraints', () => {
  const sweep = parsed({
    metrics: [{ name: 'loss' }, { name: 'acc', goal: 'maximize' }],
    constraints: [
      { name: 'memory', max: 16 },
      { name: 'speed', min: 2 },
    ],
  })
  const ended = (summary: Record<string, number>, state: 'finished' | 'failed' = 'finished') =>
    judgedOutcome({ state, summary }, sweep)

  it('a trial has one value for each metric, and how far it was off', () => {
    expect(ended({ loss: 1, acc: 0.5, memory: 16, speed: 2 })).toEqual({
      value: 1,
      loss: 1,
      values: [1, 0.5],
      violation: 0,
      slacks: [0, 0],
    })
    expect(ended({ loss: 1, acc: 0.5, memory: 20, speed: 1 })).toMatchObject({ violation: 5, slacks: [4, 1] })
    expect(lossesOf(sweep, [1, 0.5])).toEqual([1, -0.5])
  })

  it('a trial without a constrained metric has infinite violation', () => {
    expect(ended({ loss: 1, acc: 0.5, memory: 3 })).toMatchObject({
      violation: Number.POSITIVE_INFINITY,
      slacks: [-13, Number.POSITIVE_INFINITY],
    })
  })

  it('a constraint with two bounds has a slack for each, the minimum first', () => {
    const both = parsed({ metric: { name: 'loss' }, constraints: [{ name: 'size', min: 2, max: 5 }] })
    expect(judgedOutcome({ state: 'finished', summary: { loss: 1, size: 4 } }, both).slacks).toEqual([-2, -1])
  })

  it('a trial that lacks a metric has no value', () => {
    expect(ended({ loss: 1, memory: 3, speed: 3 })).toEqual({})
    expect(ended({ acc: 1, memory: 3, speed: 3 })).toEqual({})
    expect(ended({ loss: 1, acc: 1, memory: 3, speed: 3 }, 'failed')).toEqual({})
  })

  it('values of another list of metrics are no losses', () => {
    expect(lossesOf(sweep, [1])).toBeUndefined()
    expect(lossesOf(sweep, undefined)).toBeUndefined()
  })
})
