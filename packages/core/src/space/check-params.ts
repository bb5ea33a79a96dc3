import { canonicalKey } from '../schema/canonical.ts'
import { Float, floatOf, isObject, type Json, numberOf, stringifyJson } from '../schema/json.ts'
import { integerOf } from '../schema/long-integer.ts'
import type { Params } from '../schema/params.ts'
import type { Issue } from '../schema/problem.ts'
import { existenceOrder, exists } from './cells.ts'
import { paramsOf, valueAt } from './point.ts'
import { type Constraint, type Dimension, type Space, violatedBy } from './space.ts'

export interface Fitted {
  /** The parameters with constants filled in and numbers of the type that the space gives them. Only without issues. */
  readonly params: Params
  readonly issues: readonly Issue[]
}

/** Why given parameters are not a point of the space; empty when they are. */
export const checkParams = (space: Space, params: Params): readonly Issue[] => fitParams(space, params).issues

/**
 * Converts given parameters to a point of the space. Every parameter that exists is required, except constants and what
 * `fill` gives; dimensions in conditions are filled before those that depend on them. Numbers are converted to the expected
 * type: 1 becomes 1.0. One issue per mistake.
 */
export function fitParams(
  space: Space,
  params: Params,
  fill?: (dimension: Dimension, index: number) => Json,
): Fitted {
  const issues: Issue[] = []
  const point: (Json | undefined)[] = new Array(space.dimensions.length).fill(undefined)
  for (const d of existenceOrder(space.dimensions)) {
    const dimension = space.dimensions[d]!
    const path = dimension.name
    const given = valueAt(params, dimension.path)
    if (!exists(dimension, (other) => point[other])) {
      // Its existence is unknown when a parameter of its condition is invalid.
      const decided = dimension.when.every(({ dimension: other }) => point[other] !== undefined)
      if (given !== undefined && decided) {
        issues.push({
          path,
          message: `${path} does not exist with these parameters`,
          fix: `leave ${path} out`,
        })
      }
      continue
    }
    if (given === undefined) {
      if (dimension.kind === 'constant') point[d] = dimension.at(0)
      else if (fill !== undefined) point[d] = fill(dimension, d)
      else issues.push({ path, message: `${path} is missing`, fix: `give ${path} ${wanted(dimension)}` })
      continue
    }
    const value = fit(dimension, given)
    if (value === undefined) {
      issues.push({
        path,
        message: `${path} cannot be ${shown(given)}`,
        fix: `give ${path} ${wanted(dimension)}`,
      })
    } else {
      point[d] = value
    }
  }
  issues.push(...unknown(space, params))
  const broken = issues.length === 0 ? violatedBy(space, point) : undefined
  if (broken !== undefined) issues.push(brokenIssue(broken))
  return { params: issues.length === 0 ? paramsOf(space, point) : params, issues }
}

export const brokenIssue = ({ text, names }: Constraint): Issue => ({
  path: names[0]!,
  message: `${text} does not hold (constraints_on_parameters)`,
  fix: `change ${names.join(' or ')}`,
})

function fit(dimension: Dimension, given: Json): Json | undefined {
  if (dimension.categories !== undefined) {
    const index = dimension.indexOf(given) ?? indexOfLong(dimension, given)
    return index === undefined ? undefined : dimension.at(index)
  }
  const x = numberOf(given)
  if (x === undefined || !Number.isFinite(x)) return undefined
  if (dimension.step === undefined) return dimension.encode(given) === undefined ? undefined : floatOf(x)
  const { config } = dimension
  if (dimension.encode(given) !== undefined) return dimension.kind === 'integer' ? x : floatOf(x)
  // W&B's grid counts a q_uniform from its min, which need not be a multiple of q.
  if (config.distribution !== 'q_uniform' || config.rounding === 'inside') return undefined
  const min = numberOf(config.min)!
  const steps = (x - min) / dimension.step
  const onGrid =
    x >= min && x <= numberOf(config.max)! && Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, steps)
  if (!onGrid) return undefined
  const float = [config.min, config.max, config.q].some(
    (bound) => bound instanceof Float || !Number.isInteger(bound),
  )
  return float ? floatOf(x) : x
}

const shown = (value: Json) => {
  const text = stringifyJson(value, { nonFinite: 'string' })
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** Clients whose JSON has only doubles send long integers as text. */
const indexOfLong = (dimension: Dimension, given: Json): number | undefined =>
  typeof given === 'string' && /^-?\d{16,400}$/.test(given) ? dimension.indexOf(integerOf(given)) : undefined

function wanted(dimension: Dimension): string {
  const { categories, low, high, step, kind } = dimension
  if (categories !== undefined) {
    const some = categories.slice(0, 6).map(canonicalKey).join(', ')
    return `as one of ${some}${categories.length > 6 ? `, … (${categories.length} values)` : ''}`
  }
  const what = kind === 'integer' ? 'an integer' : 'a number'
  const multiple = step === undefined || step === 1 ? '' : `, a multiple of ${step}`
  if (!Number.isFinite(low)) return `as ${what}${multiple}`
  return Number.isFinite(high)
    ? `as ${what} from ${low} to ${high}${multiple}`
    : `as ${what} from ${low}${multiple}`
}

/** Names that lead to no parameter. Inside of a parameter's own value everything is the value's business. */
function unknown(space: Space, params: Params): readonly Issue[] {
  const leaves = new Set(space.dimensions.map(({ path }) => JSON.stringify(path)))
  const groups = new Set(
    space.dimensions.flatMap(({ path }) => path.slice(1).map((_, i) => JSON.stringify(path.slice(0, i + 1)))),
  )
  const issues: Issue[] = []
  const visit = (object: { readonly [key: string]: Json }, path: readonly string[]) => {
    for (const [key, value] of Object.entries(object)) {
      const here = [...path, key]
      const name = here.join('.')
      if (leaves.has(JSON.stringify(here))) continue
      if (!groups.has(JSON.stringify(here))) {
        issues.push({
          path: name,
          message: `${name} is not a parameter of this sweep`,
          fix: `leave ${name} out`,
        })
      } else if (isObject(value)) {
        visit(value, here)
      } else {
        issues.push({
          path: name,
          message: `${name} is a group of parameters`,
          fix: `give ${name} as an object`,
        })
      }
    }
  }
  visit(params, [])
  return issues
}
