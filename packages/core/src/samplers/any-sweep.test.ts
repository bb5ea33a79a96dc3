import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rngOf } from '../math/rng.ts'
import type { Json } from '../schema/json.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { checkParams } from '../space/check-params.ts'
import { samplerFor } from './pick.ts'
import { random } from './random.ts'
import {
  EMPTY_HISTORY,
  type History,
  type Infeasible,
  type Observation,
  type Pending,
  type Prior,
} from './sampler.ts'

const span = fc
  .tuple(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.double({ min: 1e-9, max: 1e12, noNaN: true }))
  .map(([min, width]) => ({ min, max: min + width }))
  .filter(({ min, max }) => max > min)
const whole = fc
  .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 1e9 }))
  .map(([min, width]) => ({ min, max: min + width }))
const positive = fc
  .tuple(fc.integer({ min: -12, max: 8 }), fc.double({ min: 1.001, max: 1e9, noNaN: true }))
  .map(([power, factor]) => ({ min: 10 ** power, max: 10 ** power * factor }))
const category: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(1, '1', true, false, null, '', 0, 'relu', [1, 2], { a: 1 }),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -5, max: 5, noNaN: true }),
)
const values = fc.uniqueArray(category, {
  minLength: 1,
  maxLength: 12,
  selector: (one) => JSON.stringify(one),
})
const parameter: fc.Arbitrary<object> = fc.oneof(
  span.map((ends) => ({ distribution: 'uniform', ...ends })),
  whole,
  positive.map((ends) => ({ distribution: 'log_uniform_values', ...ends })),
  positive.map(({ min, max }) => ({ distribution: 'q_log_uniform_values', min, max, q: min })),
  fc.record({
    distribution: fc.constant('normal'),
    mu: fc.integer(),
    sigma: fc.integer({ min: 1, max: 1000 }),
  }),
  values.map((all) => ({ values: all })),
  values.map((all) => ({ values: all, probabilities: all.map(() => 1 / all.length) })),
  fc.constant({ value: 'fixed' }),
)

const space = fc
  .array(parameter, { minLength: 1, maxLength: 9 })
  .chain((all) => fc.tuple(fc.constant(all), fc.infiniteStream(fc.nat(5))))
  .map(([all, chances]) => {
    // Some exist only under a condition on the switch that comes first.
    const entries = all.map((one, i): [string, object] => {
      const only = chances.next().value === 0
      return [`p${i}`, only ? { ...one, when: { switch: ['on'] } } : one]
    })
    return { switch: { values: ['on', 'off'] }, ...Object.fromEntries(entries) }
  })

const loss = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e6, 1e-12, -1e12, 1e308, -1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const kind = fc.constantFrom(
  'reported',
  'reported',
  'reported',
  'stopped',
  'failed',
  'running',
  'lost',
  'prior',
  'foreign',
)

/** Trials of earlier versions have no slacks: odd ones, when some are given none. */
const judged = (violation: number): Pick<Observation, 'violation' | 'slacks'> =>
  violation === 0.5 ? { violation } : { violation, slacks: [-1, violation > 0 ? violation : -2] }

// Each sweep has its own space, history and method.
it.each([
  { method: 'bayes', runs: 40 },
  { method: 'gp', runs: 30 },
  { method: 'tpe', runs: 60 },
  { method: 'cmaes', runs: 60 },
])('$method suggests points of any space after any history, and says why', ({ method, runs }) => {
  const history = fc.array(
    fc.record({ kind, loss, other: loss, violation: fc.constantFrom(0, 0, 0.5, 1e300) }),
    {
      maxLength: 45,
    },
  )
  const property = fc.property(
    space,
    history,
    fc.constantFrom('one', 'two', 'bounded'),
    (parameters, trials, goals) => {
      const metric =
        goals === 'two'
          ? { metrics: [{ name: 'a' }, { name: 'b', goal: 'maximize' }] }
          : { metric: { name: 'a' } }
      const bounds = goals === 'bounded' ? { constraints: [{ name: 'size', min: 0, max: 1 }] } : {}
      const { config } = parseSweepConfig(JSON.stringify({ method, ...metric, ...bounds, parameters }))
      const found = buildSpace(config.parameters)
      const sampler = samplerFor(config, found)
      const lists = {
        observations: [] as Observation[],
        infeasible: [] as Infeasible[],
        pending: [] as Pending[],
        abandoned: [] as Pending[],
        prior: [] as Prior[],
      } satisfies History
      const rng = rngOf(1, 2)
      const known = new Set<string>()
      const draws = random(found)
      for (const [i, trial] of trials.entries()) {
        if (found.size <= i) break
        const [drawn] = draws.suggest({
          space: found,
          seed: 3,
          slots: [{ number: i + 1, index: i }],
          history: EMPTY_HISTORY,
          enqueued: [],
        })
        const { params } = drawn!
        const number = i + 1
        const result = {
          params,
          loss: trial.loss,
          ...(goals === 'two' && { losses: [trial.loss, trial.other] }),
          ...(goals === 'bounded' && judged(trial.violation)),
        }
        if (trial.kind === 'reported') lists.observations.push({ number, ...result })
        if (trial.kind === 'stopped') lists.observations.push({ number, ...result, rung: 1 + rng.below(9) })
        if (trial.kind === 'failed') lists.infeasible.push({ number, params })
        if (trial.kind === 'running') lists.pending.push({ number, params })
        if (trial.kind === 'lost') lists.abandoned.push({ number, params })
        if (trial.kind === 'prior') lists.prior.push(result)
        if (trial.kind === 'foreign') lists.prior.push({ ...result, source: 'acme/old/1' })
        if (trial.kind !== 'prior' && trial.kind !== 'foreign') known.add(JSON.stringify(params))
      }
      const count = Math.min(3, found.size - trials.length)
      if (count < 1) return
      const slots = Array.from({ length: count }, (_, i) => ({ number: 60 + i, index: known.size + i }))
      for (const { params, suggestedBy } of sampler.suggest({
        space: found,
        seed: 7,
        slots,
        history: lists,
        enqueued: [],
      })) {
        expect(checkParams(found, params)).toEqual([])
        expect(suggestedBy.why).toMatch(/\w+ \w+/)
        expect(suggestedBy.why).not.toMatch(/undefined|NaN|Infinity/)
        if (Number.isFinite(found.size)) expect(known.has(JSON.stringify(params))).toBe(false)
        known.add(JSON.stringify(params))
      }
    },
  )
  fc.assert(property, { numRuns: runs, seed: 11 })
})
