import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Float } from '../schema/json.ts'
import type { Stopper } from '../stoppers/stopper.ts'
import { finiteOf, metricValue, NO_PROGRESS, type ObservedRow, observe, summarize } from './observe.ts'

const rungs = (...at: number[]): Stopper => ({
  nextRung: (resource) => at.find((rung) => rung > resource),
  decide: () => ({ stop: false }),
})
const losses = (...values: unknown[]): ObservedRow[] =>
  values.map((value, index) => ({ index, values: { loss: value as number } }))
const objective = { metric: 'loss', goal: 'minimize' as const, stopper: rungs(1, 3) }

describe('metricValue', () => {
  it.each([
    { title: 'reads a number', values: { loss: 0.5 }, name: 'loss', value: 0.5 },
    { title: 'reads an integral float', values: { loss: new Float(1) }, name: 'loss', value: 1 },
    {
      title: 'prefers the flat key',
      values: { 'val.loss': 1, val: { loss: 2 } },
      name: 'val.loss',
      value: 1,
    },
    { title: 'finds a nested one', values: { val: { loss: 2 } }, name: 'val.loss', value: 2 },
    { title: 'takes no text', values: { loss: '0.5' }, name: 'loss', value: undefined },
    { title: 'takes no boolean', values: { loss: true }, name: 'loss', value: undefined },
    { title: 'takes no NaN', values: { loss: new Float(Number.NaN) }, name: 'loss', value: undefined },
    {
      title: 'takes no infinity',
      values: { loss: new Float(Number.NEGATIVE_INFINITY) },
      name: 'loss',
      value: undefined,
    },
    { title: 'is not fooled by inherited names', values: {}, name: 'constructor.length', value: undefined },
  ])('$title', ({ values, name, value }) => {
    expect(metricValue(values, name)).toBe(value)
  })

  it('never answers anything but a finite number', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const number = finiteOf(value as never)
        expect(number === undefined || Number.isFinite(number)).toBe(true)
      }),
    )
  })
})

describe('observe', () => {
  it('counts values of the metric, not rows, and passes rungs at their count', () => {
    const { progress, passed } = observe(NO_PROGRESS, losses(5, 'nothing', 3, 4), objective)
    expect(progress).toEqual({ lastIndex: 3, seen: 3, seenIndex: 3, bestLoss: 3, rung: 3, rungLoss: 4 })
    expect(passed).toEqual([
      { rung: 1, loss: 5, best: 5 },
      { rung: 3, loss: 4, best: 3 },
    ])
  })

  it('counts by a resource metric when one is named', () => {
    const rows = [2, 4].map((epoch, index) => ({ index, values: { loss: 10 - epoch, epoch } }))
    const { passed } = observe(NO_PROGRESS, rows, { ...objective, resource: 'epoch' })
    expect(passed).toEqual([
      { rung: 1, loss: 8, best: 8 },
      { rung: 3, loss: 6, best: 6 },
    ])
  })

  it('returns the trend of losses since the previous rung, for a stopper that extrapolates', () => {
    const ahead = { ...objective, stopper: { ...rungs(1, 4), looksAhead: true as const } }
    const { progress, passed } = observe(NO_PROGRESS, losses(8, 4, 1, 1, 9), ahead)
    expect(passed).toEqual([
      { rung: 1, loss: 8, best: 8, mean: 8, error: 0, from: { at: 1, loss: 8 } },
      { rung: 4, loss: 1, best: 1, mean: 2, error: 1, from: { at: 1, loss: 8 } },
    ])
    expect(progress.trend).toEqual({ count: 1, mean: 9, squares: 0, from: { at: 4, loss: 2 } })
  })

  it('returns the same trend at all rungs that one value passes', () => {
    const ahead = {
      ...objective,
      stopper: { ...rungs(2, 6, 18), looksAhead: true as const },
      resource: 'epoch',
    }
    const rows = [1, 20].map((epoch, index) => ({ index, values: { loss: 30 - epoch, epoch } }))
    const { passed } = observe(NO_PROGRESS, rows, ahead)
    expect(passed.map(({ rung, mean, from }) => [rung, mean, from?.at])).toEqual([
      [2, 19.5, 1],
      [6, 19.5, 1],
      [18, 19.5, 1],
    ])
  })

  it('negates a metric to maximize once', () => {
    const { progress } = observe(NO_PROGRESS, losses(0.5, 0.9, 0.7), { ...objective, goal: 'maximize' })
    expect(progress.bestLoss).toBe(-0.9)
  })

  it('ends the same however the rows are cut, and whatever is sent again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('x')), {
          maxLength: 30,
        }),
        fc.array(fc.nat(30), { maxLength: 6 }),
        (values, cuts) => {
          const rows = losses(...values)
          const looking = { ...objective, stopper: { ...rungs(1, 3, 9), looksAhead: true as const } }
          const whole = observe(NO_PROGRESS, rows, looking)
          let progress = NO_PROGRESS
          const passed = []
          for (const cut of [...cuts.sort((a, b) => a - b), rows.length]) {
            // Everything up to the cut, so that all that came before is sent again.
            const step = observe(progress, rows.slice(0, cut), looking)
            progress = step.progress
            passed.push(...step.passed)
          }
          expect({ progress, passed }).toEqual(whole)
        },
      ),
    )
  })
})

describe('summarize', () => {
  it('keeps the latest value of each name, whatever stragglers say', () => {
    const rows = [
      { index: 1, values: { a: 1 } },
      { index: 2, values: { a: 2, b: 2 } },
    ]
    expect({ ...summarize({}, rows, -1) }).toEqual({ a: 2, b: 2 })
    expect({ ...summarize({ a: 9 }, rows, 5) }).toEqual({ a: 9, b: 2 })
  })

  it('takes any name as a name', () => {
    const rows = [{ index: 0, values: JSON.parse('{"__proto__": 1, "constructor": 2}') }]
    const summary = summarize({}, rows, -1)
    expect(Object.keys(summary).sort()).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })
})
