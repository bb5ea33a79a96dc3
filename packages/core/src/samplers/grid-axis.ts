import { Float, floatOf, type Json, numberOf } from '../schema/json.ts'
import type { LeafConfig, QuantizedRangeConfig } from '../schema/parameters.ts'
import type { Issue } from '../schema/problem.ts'
import { type Axis, cellsOf } from '../space/cells.ts'
import { MAX_CHECKED_CELLS } from '../space/constraints/allowed-cells.ts'
import { countOf } from '../space/numeric-values.ts'
import type { Dimension, Space } from '../space/space.ts'

const GRID: readonly LeafConfig['distribution'][] = ['constant', 'categorical', 'int_uniform', 'q_uniform']

/** Parameters that a grid cannot list, one issue each; else whether constraints would have to check too many cells. */
export function gridIssues(space: Space): readonly Issue[] {
  const unlisted = space.dimensions
    .filter(({ config }) => !GRID.includes(config.distribution))
    .map(({ name, config }) => ({
      path: `parameters.${name}`,
      message: `a grid cannot list the values of ${config.distribution}`,
      fix:
        config.distribution === 'categorical_w_probabilities'
          ? "remove 'probabilities', or use method random"
          : "give 'values', an integer range, or q_uniform with q; or use method random or sobol",
    }))
  if (unlisted.length > 0 || space.constraints === undefined) return unlisted
  const { size } = cellsOf(space.dimensions, space.dimensions.map(gridAxis))
  if (size <= MAX_CHECKED_CELLS) return []
  return [
    {
      path: 'constraints_on_parameters',
      message: `a grid with constraints has at most ${MAX_CHECKED_CELLS} cells, the forbidden ones included; this one has ${size === Number.POSITIVE_INFINITY ? 'more than 2^52' : size}`,
      fix: 'give fewer values, leave out the constraints, or use method random or sobol',
    },
  ]
}

/** The values of a dimension as a grid lists them. With W&B's rounding a q_uniform counts from min; else as the dimension has them. */
export const gridAxis = ({ config, size, at, indexOf }: Dimension): Axis =>
  config.distribution === 'q_uniform' && config.rounding !== 'inside'
    ? stepsOf(config)
    : { size, at, indexOf }

/** One sentence for each parameter whose values W&B's grid lists otherwise. */
export const gridWarnings = (space: Space): readonly string[] =>
  space.dimensions.flatMap(({ name, config, size, at }) => {
    if (config.distribution !== 'q_uniform' || config.rounding !== 'inside') return []
    const theirs = stepsOf(config)
    const [first, other] = [numberOf(at(0))!, numberOf(theirs.at(0))!]
    if (Math.abs(first - other) <= NEARLY * Math.max(numberOf(config.q)!, Math.abs(first))) return []
    return [
      `parameters.${name}: the grid has the multiples of q in the range, ${listed({ size, at })}; W&B's grid has ${listed(theirs)}; write rounding: nearest for W&B's`,
    ]
  })

const listed = ({ size, at }: Pick<Axis, 'size' | 'at'>): string =>
  `${Array.from({ length: Math.min(size, 3) }, (_, i) => numberOf(at(i))).join(', ')}${size > 3 ? ', …' : ''}`

/** Allows for the rounding of (max − min)/q when it should be whole, as 0.3/0.1. */
const NEARLY = 1e-9

/**
 * min, min + q, …, with max itself where it lies on a step. Otherwise as numpy's arange computes them, whose step is the
 * rounded difference of the first two values. Integers only when min, max and q are.
 */
function stepsOf(config: QuantizedRangeConfig): Axis {
  const [min, max, q] = [config.min, config.max, config.q].map((bound) => numberOf(bound)!) as [
    number,
    number,
    number,
  ]
  const float = [config.min, config.max, config.q].some(
    (bound) => bound instanceof Float || !Number.isInteger(bound),
  )
  const steps = (max - min) / q
  const whole = Math.abs(steps - Math.round(steps)) <= NEARLY * Math.max(1, steps)
  const count = whole ? Math.round(steps) + 1 : Math.ceil(steps)
  const step = min + q - min
  const numberAt = (index: number) => (whole && index === count - 1 ? max : min + index * step)
  return {
    size: countOf(count),
    at: (index): Json => (float ? floatOf(numberAt(index) + 0) : numberAt(index) + 0),
    indexOf: (value) => {
      const x = numberOf(value)
      if (x === undefined) return undefined
      const index = Math.round((x - min) / q)
      const near = Math.abs(numberAt(index) - x) <= NEARLY * Math.max(q, Math.abs(x))
      return near && index >= 0 && index < count ? index : undefined
    },
  }
}
