import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/wandb_sweeps.golden.json' with { type: 'json' }
import { canonicalKey } from '../schema/canonical.ts'
import { type Json, numberOf, parseJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { grid } from './grid.ts'
import { gridWarnings } from './grid-axis.ts'
import { spaceOf, suggestAll } from './sampler.suite.ts'

const cellsOf = (parameters: string): readonly Params[] => {
  const space = spaceOf(parameters, 'grid')
  const sampler = grid(space)
  const capacity = sampler.capacity({ space, seed: 1, enqueued: [] })
  return suggestAll(
    sampler,
    space,
    1,
    Array.from({ length: capacity }, (_, i) => i),
  )
}

describe("a grid, beside W&B's engine", () => {
  // The engine leaves constants out of its order but not out of its cells, as we do.
  it.each(golden.grids)('has the same cells in the same order: $config', ({ config, cells }) => {
    const space = buildSpace(parseSweepConfig(withWandbRounding(config)).config.parameters)
    const sampler = grid(space)
    const capacity = sampler.capacity({ space, seed: 1, enqueued: [] })
    const ours = suggestAll(
      sampler,
      space,
      1,
      Array.from({ length: capacity }, (_, i) => i),
    )
    const theirs = parseJson(cells) as readonly Params[]
    // What lies at max of a q_uniform is ours alone: see docs/decisions/grid-maximum.md.
    expect(ours.filter((params) => !atMaximum(config, params)).map(canonicalKey)).toEqual(
      theirs.filter((params) => !atMaximum(config, params)).map(canonicalKey),
    )
    const added = ours.filter((params) => atMaximum(config, params)).length
    if (!config.includes('q_uniform')) expect(added).toBe(0)
    expect(types(ours[0]!)).toEqual(types(theirs[0]!))
  })

  const withWandbRounding = (config: string) =>
    config.replaceAll('"distribution": "q_uniform"', '$&, "rounding": "nearest"')

  function atMaximum(config: string, params: Params): boolean {
    const { parameters } = parseJson(config) as { parameters: { [name: string]: { [key: string]: Json } } }
    return Object.entries(parameters).some(
      ([name, { distribution, max }]) =>
        distribution === 'q_uniform' && Math.abs(numberOf(params[name])! - numberOf(max)!) < 1e-9,
    )
  }

  const types = (value: Json): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && numberOf(value) === undefined
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, types(member)]))
      : value?.constructor.name
})

describe('a grid', () => {
  it.each([
    ['{"q": {"distribution": "q_uniform", "min": 0, "max": 10, "q": 2}}', [0, 2, 4, 6, 8, 10]],
    ['{"q": {"distribution": "q_uniform", "min": 0, "max": 9, "q": 2}}', [0, 2, 4, 6, 8]],
    ['{"q": {"distribution": "q_uniform", "min": 0.0, "max": 0.3, "q": 0.1}}', [0, 0.1, 0.2, 0.3]],
    [
      '{"q": {"distribution": "q_uniform", "min": 1, "max": 1.3, "q": 0.1}}',
      [1, 1.1, 1.2000000000000002, 1.3],
    ],
    [
      '{"q": {"distribution": "q_uniform", "min": 1, "max": 1.3, "q": 0.1, "rounding": "nearest"}}',
      [1, 1.1, 1.2000000000000002, 1.3],
    ],
    ['{"q": {"distribution": "q_uniform", "min": 0, "max": 1, "q": 5}}', [0]],
    ['{"q": {"distribution": "q_uniform", "min": 3, "max": 3, "q": 5, "rounding": "nearest"}}', [3]],
    ['{"q": {"distribution": "q_uniform", "min": 2, "max": 10, "q": 5}}', [5, 10]],
    ['{"q": {"distribution": "q_uniform", "min": 2, "max": 10, "q": 5, "rounding": "nearest"}}', [2, 7]],
  ])('includes the maximum where it lies on a step: %s', (parameters, values) => {
    expect(cellsOf(parameters).map(({ q }) => numberOf(q))).toEqual(values)
  })

  it('of a config stored before the rule of rounding keeps its cells', () => {
    const q = { distribution: 'q_uniform', min: 2, max: 10, q: 5 } as const
    const space = buildSpace({ q })
    expect(suggestAll(grid(space), space, 1, [0, 1])).toEqual([{ q: 2 }, { q: 7 }])
    expect(gridWarnings(space)).toEqual([])
  })

  it('warns where W&B lists other values', () => {
    const { warnings } = parseSweepConfig(
      '{method: grid, parameters: {q: {distribution: q_uniform, min: 2, max: 10, q: 5}}}',
    )
    expect(warnings).toEqual([expect.stringContaining("5, 10; W&B's grid has 2, 7")])
  })

  it.each(['normal', 'uniform', 'log_uniform_values', 'q_log_uniform_values', 'beta'])(
    'refuses %s, with a way out',
    (distribution) => {
      const range = distribution.includes('uniform') ? ', "min": 1.0, "max": 2.0' : ''
      expect(() => cellsOf(`{"x": {"distribution": "${distribution}"${range}}}`)).toThrow(
        expect.objectContaining({
          code: 'invalid-sweep-config',
          issues: [
            { path: 'parameters.x', message: expect.stringContaining(distribution), fix: expect.any(String) },
          ],
        }),
      )
    },
  )

  it('computes a cell of a grid beyond 2^53 without listing it', () => {
    const names = Array.from({ length: 30 }, (_, i) => `p${String(i).padStart(2, '0')}`)
    const space = spaceOf(`{${names.map((name) => `"${name}": {"min": 0, "max": 9}`).join(',')}}`, 'grid')
    const sampler = grid(space)
    expect(sampler.capacity({ space, seed: 1, enqueued: [] })).toBe(Number.POSITIVE_INFINITY)
    const [params] = suggestAll(sampler, space, 1, [1_234_567_890])
    expect(names.map((name) => params![name]).join('')).toBe('1234567890'.padStart(30, '0'))
  })

  it('computes a late cell of a large grid as fast as the first', () => {
    const space = spaceOf('{"a": {"min": 1, "max": 1000000}, "b": {"min": 1, "max": 1000000}}', 'grid')
    expect(suggestAll(grid(space), space, 1, [999_999_999_999])).toEqual([{ a: 1_000_000, b: 1_000_000 }])
  })
})
