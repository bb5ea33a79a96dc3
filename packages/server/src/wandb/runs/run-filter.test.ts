import { Float, type Json } from '@chimney/core/schema/json'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFilter, sweepOfFilter } from './run-filter.ts'
import { runOrder } from './run-order.ts'

const RUN: Record<string, Json> = {
  name: 'r1',
  state: 'finished',
  sweep: 's1',
  tags: ['a', 'b'],
  'config.lr': 0.1,
  'config.n': new Float(3),
  'summary_metrics.loss': 0.5,
  'summary_metrics.acc': { max: 0.9 },
  'config.layers': [16, 32],
  'config.blocks': [
    { kind: 'conv', width: 3 },
    { kind: 'dense', width: 8 },
  ],
  created_at: '2026-11-27T10:00:00.000Z',
}
const fields = (name: string) => RUN[name]
const matches = (filter: object | string | null) =>
  parseFilter(typeof filter === 'object' ? JSON.stringify(filter) : filter)(fields)

describe('a filter', () => {
  it.each([
    { title: 'nothing', filter: null, yes: true },
    { title: 'an empty object', filter: {}, yes: true },
    { title: 'an empty object as a text in a text', filter: '"{}"', yes: true },
    { title: 'a plain value', filter: { state: 'finished' }, yes: true },
    { title: '$and', filter: { $and: [{ sweep: 's1' }, { state: 'running' }] }, yes: false },
    { title: '$or', filter: { $or: [{ sweep: 's2' }, { name: 'r1' }] }, yes: true },
    { title: '$nor', filter: { $nor: [{ sweep: 's2' }] }, yes: true },
    { title: '$in', filter: { name: { $in: ['r0', 'r1'] } }, yes: true },
    { title: '$nin', filter: { name: { $nin: ['r0', 'r1'] } }, yes: false },
    { title: 'a member of a list', filter: { tags: 'b' }, yes: true },
    { title: '$ne of a member', filter: { tags: { $ne: 'b' } }, yes: false },
    { title: 'a range', filter: { 'config.lr': { $gt: 0.05, $lte: 0.1 } }, yes: true },
    { title: 'an integer for a float', filter: { 'config.n': 3 }, yes: true },
    { title: '$exists', filter: { 'config.none': { $exists: false } }, yes: true },
    { title: '$regex', filter: { name: { $regex: '^r[0-9]$' } }, yes: true },
    { title: '$regex without case', filter: { name: { $regex: '(?i)^R\\d' } }, yes: true },
    { title: '$regex with $options', filter: { name: { $regex: '^R1$', $options: 'i' } }, yes: true },
    { title: '$all', filter: { tags: { $all: ['b', 'a'] } }, yes: true },
    { title: '$all of more', filter: { tags: { $all: ['a', 'c'] } }, yes: false },
    { title: '$size', filter: { tags: { $size: 2 } }, yes: true },
    {
      title: '$elemMatch of values',
      filter: { 'config.layers': { $elemMatch: { $gt: 20, $lt: 40 } } },
      yes: true,
    },
    {
      title: '$elemMatch of objects',
      filter: { 'config.blocks': { $elemMatch: { kind: 'conv', width: { $gt: 5 } } } },
      yes: false,
    },
    {
      title: 'times in other forms',
      filter: { created_at: { $lt: '2026-11-27T12:00:00+01:00' } },
      yes: true,
    },
    { title: 'dates', filter: { created_at: { $gte: '2026-11-27', $lt: '2026-11-28' } }, yes: true },
    { title: 'a metric with another summary', filter: { 'summary_metrics.acc': { $gt: 0.8 } }, yes: true },
    { title: '$not', filter: { state: { $not: { $eq: 'running' } } }, yes: true },
    { title: 'a comparison with nothing', filter: { 'summary_metrics.none': { $lt: 1 } }, yes: false },
  ])('understands $title', ({ filter, yes }) => {
    expect(matches(filter)).toBe(yes)
  })

  it.each([
    { $where: '1' },
    { a: { $like: 'x' } },
    { a: { $options: 'i' } },
    { a: { $regex: 'x', $options: 'q' } },
    { a: { $size: 'x' } },
    { a: { $all: 1 } },
    { a: { $elemMatch: 1 } },
    { $and: 1 },
    { a: { $regex: '(?=a)' } },
    { a: { $regex: '(' } },
    [1],
  ])('refuses %j', (filter) => {
    expect(() => parseFilter(JSON.stringify(filter))).toThrow(/./)
  })

  it.each(['^(a|a)*$', '^((a+))+$', '^a*a*a*a*a*a*$', '(a+)+$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'matches %s in linear time',
    (pattern) => {
      // Backtracking takes longer than the age of the universe on each of these; one processor second is generous.
      const before = process.cpuUsage()
      const subject = `${'a'.repeat(999)}!`
      expect(parseFilter(JSON.stringify({ name: { $regex: pattern } }))(() => subject)).toBe(false)
      expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
    },
  )

  it('finds the sweep in a filter', () => {
    expect(sweepOfFilter('{"$and":[{"sweep":"abc"}]}')).toBe('abc')
    expect(sweepOfFilter('{"$or":[{"sweep":"abc"}]}')).toBe(undefined)
  })

  it('throws only problems, for any input', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        try {
          parseFilter(text)(fields)
        } catch (error) {
          expect((error as Error).name).toBe('Problem')
        }
      }),
      { seed: 3 },
    )
  })
})

describe('an order', () => {
  const sorted = (order: string, values: (Json | undefined)[]) =>
    values
      .map((value) => () => value)
      .sort(runOrder(order))
      .map((field) => field())

  it.each([
    { title: 'ascending', order: '+summary_metrics.loss', want: [1, 2, 'x', undefined] },
    { title: 'descending', order: '-summary_metrics.loss', want: [2, 1, 'x', undefined] },
    { title: 'ascending without a sign', order: 'summary_metrics.loss', want: [1, 2, 'x', undefined] },
  ])('puts what has no number last: $title', ({ order, want }) => {
    expect(sorted(order, [undefined, 'x', 1, 2])).toEqual(want)
    expect(sorted(order, [new Float(Number.NaN), 1, 2]).at(-1)).toBeInstanceOf(Float)
  })

  it('takes the chosen summary of a metric, that of its direction first', () => {
    const values = [{ min: 1, max: 9 }, { max: 5 }, 7, { best: 6, last: 2 }]
    expect(sorted('-summary_metrics.acc', values)).toEqual([values[0], 7, values[3], values[1]])
    expect(sorted('summary_metrics.acc', values)).toEqual([values[0], values[1], values[3], 7])
  })
})
