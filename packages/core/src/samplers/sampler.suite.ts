import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Json, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { checkParams } from '../space/check-params.ts'
import type { Space } from '../space/space.ts'
import { EMPTY_HISTORY, type Enqueued, type Sampler } from './sampler.ts'

export const spaceOf = (parameters: string, method = 'random'): Space =>
  buildSpace(parseSweepConfig(`{"method": "${method}", "parameters": ${parameters}}`).config.parameters)

/** One slot per index; numbers count on across the enqueued trials, as the service hands them out. */
export function suggestAll(
  sampler: Sampler,
  space: Space,
  seed: number,
  indices: readonly number[],
  enqueued: readonly Enqueued[] = [],
): readonly Params[] {
  const slots = indices.map((index) => ({
    index,
    number: index + 1 + enqueued.filter(({ before }) => before <= index).length,
  }))
  return sampler.suggest({ space, seed, slots, history: EMPTY_HISTORY, enqueued }).map(({ params }) => params)
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i)

/** A name and the parameters; `infinite` ones are left out for samplers that list. */
const SPACES: readonly { readonly title: string; readonly parameters: string; readonly infinite?: true }[] = [
  { title: 'one point', parameters: '{"a": {"value": 1}}' },
  {
    title: 'values of all types',
    parameters: '{"a": {"values": [1, "1", true, null, [1], {"x": 1}]}, "b": {"values": [0.1, 2.0]}}',
  },
  { title: 'integers', parameters: '{"a": {"min": 1, "max": 20}, "b": {"min": -3, "max": 3}}' },
  {
    title: 'repeated values',
    parameters: '{"a": {"values": ["x", "x", "y"]}, "b": {"values": [1, 1.0, 2]}}',
  },
  {
    title: 'conditions',
    parameters:
      '{"a": {"values": [1, 2, 3]}, "b": {"min": 1, "max": 5, "when": {"a": [1]}}, "c": {"values": ["u", "v"], "when": {"a": [1, 2]}}}',
  },
  {
    title: 'steps',
    parameters: '{"a": {"distribution": "q_uniform", "min": 0, "max": 10, "q": 2}, "b": {"values": [1, 2]}}',
  },
  {
    title: 'more than 2^52 points',
    parameters: `{${range(30)
      .map((i) => `"p${i}": {"min": 1, "max": 10}`)
      .join(',')}}`,
  },
  {
    title: 'a real range',
    parameters: '{"a": {"min": 0.0, "max": 1.0}, "b": {"values": [1, 2]}}',
    infinite: true,
  },
  {
    title: 'every distribution',
    parameters: `{"a": {"distribution": "normal"}, "b": {"distribution": "log_normal"}, "c": {"distribution": "beta", "a": 2, "b": 3},
      "d": {"distribution": "q_normal", "q": 2}, "e": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1},
      "f": {"values": [1, 2], "probabilities": [0.9, 0.1]}, "g": {"distribution": "q_log_uniform_values", "min": 1, "max": 100, "q": 3}}`,
    infinite: true,
  },
]

/** Promises of {@link Sampler} that hold for every sampler that needs no history. */
export function samplerSuite(
  name: string,
  make: (space: Space) => Sampler,
  options: { readonly listsOnly?: boolean } = {},
): void {
  const spaces = SPACES.filter(({ infinite }) => !(infinite && options.listsOnly))
  const method = options.listsOnly ? 'grid' : 'random'

  describe(`${name}, over any space`, () => {
    it.each(spaces)('stays inside the space: $title', ({ parameters }) => {
      const space = spaceOf(parameters, method)
      const sampler = make(space)
      const count = Math.min(100, sampler.capacity({ space, seed: 1, enqueued: [] }))
      for (const params of suggestAll(sampler, space, 1, range(count)))
        expect(checkParams(space, params)).toEqual([])
    })

    it.each(spaces)('gives the same whatever the batches: $title', ({ parameters }) => {
      const space = spaceOf(parameters, method)
      const seed = 12_345
      const count = Math.min(50, make(space).capacity({ space, seed, enqueued: [] }))
      const together = suggestAll(make(space), space, seed, range(count)).map((params) =>
        stringifyJson(params),
      )
      const apart = range(count).map((index) =>
        stringifyJson(suggestAll(make(space), space, seed, [index])[0]!),
      )
      expect(apart).toEqual(together)
    })

    it.each(spaces)('says which arm made a suggestion, and why: $title', ({ parameters }) => {
      const space = spaceOf(parameters, method)
      const [suggestion] = make(space).suggest({
        space,
        seed: 1,
        slots: [{ number: 1, index: 0 }],
        history: EMPTY_HISTORY,
        enqueued: [],
      })
      expect(suggestion!.suggestedBy).toEqual({ arm: name, why: expect.stringMatching(/\w+ \w+/) })
    })
  })

  describe(`${name}, over a finite space`, () => {
    const finite = spaces.filter(({ parameters }) =>
      Number.isFinite(
        make(spaceOf(parameters, method)).capacity({
          space: spaceOf(parameters, method),
          seed: 1,
          enqueued: [],
        }),
      ),
    )

    it.each(finite)('gives every point once, then says that it is exhausted: $title', ({ parameters }) => {
      const space = spaceOf(parameters, method)
      const sampler = make(space)
      const capacity = sampler.capacity({ space, seed: 3, enqueued: [] })
      const all = suggestAll(sampler, space, 3, range(capacity)).map((params) => stringifyJson(params))
      expect(new Set(all).size).toBe(capacity)
      expect(() => suggestAll(sampler, space, 3, [capacity])).toThrow(
        expect.objectContaining({ code: 'space-exhausted' }),
      )
    })

    it.each(finite)(
      'passes over what was enqueued before its turn, and loses nothing: $title',
      ({ parameters }) => {
        const space = spaceOf(parameters, method)
        const sampler = make(space)
        const size = sampler.capacity({ space, seed: 9, enqueued: [] })
        const points = suggestAll(sampler, space, 9, range(size))
        fc.assert(
          fc.property(fc.array(fc.tuple(fc.nat(size), fc.nat(size - 1)), { maxLength: 6 }), (picks) => {
            const enqueued = picks
              .sort(([a], [b]) => a - b)
              .map(([before, point]) => ({ before, params: points[point]! }))
            const capacity = sampler.capacity({ space, seed: 9, enqueued })
            // Indices that were never reached cannot have anything enqueued behind them.
            fc.pre(enqueued.every(({ before }) => before <= capacity))
            const suggested = suggestAll(sampler, space, 9, range(capacity), enqueued)
            const seen = new Map<string, number>()
            for (const params of suggested)
              seen.set(stringifyJson(params), (seen.get(stringifyJson(params)) ?? 0) + 1)
            expect([...seen.values()].every((count) => count === 1)).toBe(true)
            // Each slot, given what was known when it was filled, chose what it chooses now.
            for (const [index, params] of suggested.entries()) {
              const known = enqueued.filter(({ before }) => before <= index)
              expect(stringifyJson(suggestAll(sampler, space, 9, [index], known)[0]!)).toBe(
                stringifyJson(params),
              )
              for (const earlier of known)
                expect(
                  stringifyJson(earlier.params as Json) !== stringifyJson(params) ||
                    filledBefore(suggested, earlier),
                ).toBe(true)
            }
            const covered = new Set(
              [...suggested, ...enqueued.map(({ params }) => params)].map((params) => stringifyJson(params)),
            )
            expect(covered.size).toBe(size)
          }),
          { numRuns: 30 },
        )
      },
    )
  })
}

/** Whether the enqueued point had been suggested by the time it was enqueued. */
const filledBefore = (suggested: readonly Params[], { before, params }: Enqueued) =>
  suggested.slice(0, before).some((one) => stringifyJson(one) === stringifyJson(params))
