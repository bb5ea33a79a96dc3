import type { Rng } from '../math/rng.ts'
import { canonicalKey } from '../schema/canonical.ts'
import type { Json } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { brokenIssue, type Fitted, fitParams } from './check-params.ts'
import { findAllowed, newJudge, type Quantiles } from './constraints/region.ts'
import { valueAt } from './point.ts'
import { drawQuantiles } from './quantiles.ts'
import { type Dimension, type Space, violatedBy } from './space.ts'

/**
 * Completes parameters: what is given is taken, what is missing is drawn from its distribution given that. A missing parameter in
 * the condition (`when`) of a given one is drawn among the values with which the given one exists. One issue per mistake in
 * what is given, as {@link fitParams}. The same rng gives the same parameters. With constraints the missing values are
 * drawn until all hold, and then searched; an issue says when none were found ({@link ANCHOR_CHECKS} tries).
 */
export function completeParams(space: Space, given: Params, rng: Rng): Fitted {
  const needed = neededValues(space, given)
  const completed = (among: Space, quantiles: Quantiles) =>
    fitParams(among, given, (dimension, d) => drawnFrom(dimension, quantiles[d]!, needed.get(d)))
  if (space.constraints === undefined) return completed(space, drawQuantiles(space, rng))
  const { constraints: _, ...whole } = space
  const middle = completed(
    whole,
    space.dimensions.map(() => 0.5),
  )
  if (middle.issues.length > 0) return middle
  const fixed = space.dimensions.map(({ path }) =>
    valueAt(given, path) === undefined ? undefined : valueAt(middle.params, path),
  )
  // What is missing counts as unknown, so this one is false whatever the rest.
  const broken = violatedBy(space, fixed)
  if (broken !== undefined) return { params: {}, issues: [brokenIssue(broken)] }
  const judge = newJudge(space, (d, u) => fixed[d] ?? drawnFrom(space.dimensions[d]!, u, needed.get(d)))
  const isFree = (d: number) => fixed[d] === undefined
  const isWhole = !judge.relevant.some((d) => isFree(d) && space.dimensions[d]!.kind !== 'constant')
  const found = isWhole ? drawQuantiles(space, rng) : findAllowed(space, rng, isFree, judge, 1)[0]
  return found === undefined ? noneFound(space, judge.relevant.filter(isFree)) : completed(space, found)
}

function noneFound({ dimensions, constraints = [] }: Space, missing: readonly number[]): Fitted {
  const names = missing.map((d) => dimensions[d]!.name).join(', ')
  const about = constraints.filter((one) => one.dimensions.some((d) => missing.includes(d)))
  const issue = {
    path: dimensions[missing[0]!]!.name,
    message: `no values of ${names} were found with which all of constraints_on_parameters hold: ${about.map(({ text }) => text).join('; ')}`,
    fix: `give ${names}, or change what is given`,
  }
  return { params: {}, issues: [issue] }
}

/** By missing dimension: the values that it must have one of, so that all given parameters exist. */
export function neededValues(space: Space, given: Params): ReadonlyMap<number, readonly Json[]> {
  const isGiven = space.dimensions.map(({ path }) => valueAt(given, path) !== undefined)
  const needed = new Map<number, readonly Json[]>()
  const seen = new Set<number>()
  const require = (d: number) => {
    if (seen.has(d)) return
    seen.add(d)
    for (const { dimension: other, values } of space.dimensions[d]!.when) {
      if (!isGiven[other]) needed.set(other, common(needed.get(other), values))
      require(other)
    }
  }
  for (let d = 0; d < isGiven.length; d++) if (isGiven[d]) require(d)
  return needed
}

function common(before: readonly Json[] | undefined, values: readonly Json[]): readonly Json[] {
  if (before === undefined) return values
  const keys = new Set(values.map(canonicalKey))
  return before.filter((value) => keys.has(canonicalKey(value)))
}

/** The value at quantile u of the distribution, restricted to `values` when there are any. */
function drawnFrom(dimension: Dimension, u: number, values: readonly Json[] = []): Json {
  const indices = [...new Set(values.map(dimension.indexOf))].filter((index) => index !== undefined)
  if (indices.length === 0) return dimension.decode(u)
  const chances = indices.map((index) => dimension.probabilityOf(index))
  const total = chances.reduce((sum, chance) => sum + chance, 0)
  let rest = u * total
  let at = 0
  while (at < indices.length - 1 && rest >= chances[at]!) rest -= chances[at++]!
  return dimension.at(indices[at]!)
}
