import { byCodePoint, canonicalKey } from '../schema/canonical.ts'
import { isNested, type LeafConfig, type ParametersConfig, type When } from '../schema/parameters.ts'
import { type Issue, Problem } from '../schema/problem.ts'
import { cellsOf } from './cells.ts'
import { dimensionOf } from './dimension.ts'
import type { Dimension, Space } from './space.ts'

interface Leaf {
  readonly path: readonly string[]
  readonly config: LeafConfig
  /** Conditions of the leaf itself and of the groups around it. */
  readonly when: readonly When[]
}

/**
 * Flattens parameters into dimensions. Throws `Problem('invalid', 'invalid-sweep-config')` for conditions on a
 * parameter that is missing, has no list of values, cannot have the value, or depends on itself.
 */
export function buildSpace(parameters: ParametersConfig): Space {
  const leaves = leavesOf(parameters, [], [])
  const indices = new Map(leaves.map(({ path }, index) => [path.join('.'), index]))
  const issues: Issue[] = []
  const dimensions = leaves.map((leaf): Dimension => {
    const when = leaf.when.flatMap((condition) =>
      Object.entries(condition).flatMap(([name, values]) => {
        const dimension = indices.get(name)
        if (dimension !== undefined) return [{ dimension, values }]
        issues.push({
          path: `parameters.${leaf.path.join('.')}.when`,
          message: `${name} is not a parameter of this sweep`,
          fix: `name one of ${[...indices.keys()].slice(0, 10).join(', ')}`,
        })
        return []
      }),
    )
    return dimensionOf(leaf.path, leaf.config, when)
  })
  issues.push(...impossible(dimensions), ...cycles(dimensions))
  if (issues.length > 0) {
    throw new Problem(
      'invalid',
      'invalid-sweep-config',
      issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
      {
        issues,
      },
    )
  }
  return { parameters, dimensions, size: cellsOf(dimensions).size }
}

/** Sorted by name within each group, as in W&B. */
function leavesOf(
  parameters: ParametersConfig,
  path: readonly string[],
  when: readonly When[],
): readonly Leaf[] {
  return Object.keys(parameters)
    .sort(byCodePoint)
    .flatMap((name): readonly Leaf[] => {
      const config = parameters[name]!
      const here = [...path, name]
      const conditions = config.when === undefined ? when : [...when, config.when]
      return isNested(config)
        ? leavesOf(config.parameters, here, conditions)
        : [{ path: here, config, when: conditions }]
    })
}

const MAX_DECIDING_VALUES = 10_000

function impossible(dimensions: readonly Dimension[]): readonly Issue[] {
  return dimensions.flatMap(({ name, when }) =>
    when.flatMap(({ dimension, values }): readonly Issue[] => {
      const other = dimensions[dimension]!
      const path = `parameters.${name}.when`
      if (!(other.size <= MAX_DECIDING_VALUES)) {
        const message = `${other.name} has no list of values, so ${name} cannot depend on it`
        return [{ path, message, fix: `give ${other.name} as 'values', or as a range of few integers` }]
      }
      return values
        .filter((value) => other.indexOf(value) === undefined)
        .map((value) => ({
          path,
          message: `${other.name} is never ${canonicalKey(value)}`,
          fix: `name values that ${other.name} can have`,
        }))
    }),
  )
}

function cycles(dimensions: readonly Dimension[]): readonly Issue[] {
  const state = new Map<number, 'open' | 'done'>()
  const found = new Set<number>()
  const visit = (d: number) => {
    if (state.get(d) === 'done') return
    if (state.get(d) === 'open') {
      found.add(d)
      return
    }
    state.set(d, 'open')
    for (const { dimension } of dimensions[d]!.when) visit(dimension)
    state.set(d, 'done')
  }
  for (let d = 0; d < dimensions.length; d++) visit(d)
  return [...found].map((d) => ({
    path: `parameters.${dimensions[d]!.name}.when`,
    message: `whether ${dimensions[d]!.name} exists depends on itself`,
    fix: 'remove one of the conditions in the cycle',
  }))
}
