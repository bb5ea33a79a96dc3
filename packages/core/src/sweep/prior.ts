/** Earlier results, in the form that the search of a sweep uses. */
import type { Prior } from '../samplers/sampler.ts'
import type { Json } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import type { SweepConfig } from '../schema/sweep-config.ts'
import { fitParams } from '../space/check-params.ts'
import { fillPoint, paramsOf, valueAt } from '../space/point.ts'
import type { Space } from '../space/space.ts'

/** More would slow down every suggestion for little information. */
export const MOST_PRIORS = 500

/**
 * The part of parameters from elsewhere that is a point of the space; undefined when a value is missing or cannot be. What the space
 * does not have is left away, and what is constant there is taken as that constant: a training for fewer epochs is still worth something.
 */
export function priorParams(space: Space, params: Params): Params | undefined {
  const point = fillPoint(space, (dimension) =>
    // A missing one is found below.
    dimension.size === 1 ? dimension.at(0) : (valueAt(params, dimension.path) as Json),
  )
  const fitted = fitParams(space, paramsOf(space, point))
  return fitted.issues.length === 0 ? fitted.params : undefined
}

/**
 * The best `most / 2` and an even sample of the rest, in their original order. Results are ranked within their sweep, since losses of
 * different sweeps cannot be compared.
 */
export function mostInformative(priors: readonly Prior[], most = MOST_PRIORS): readonly Prior[] {
  if (priors.length <= most) return priors
  const ranks = ranksWithin(priors)
  const order = priors.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || a - b)
  const half = most >> 1
  const indices = order.slice(0, half)
  for (let k = half; k < most; k++)
    indices.push(order[half + Math.floor(((k - half) * (order.length - half)) / (most - half))]!)
  return indices.sort((a, b) => a - b).map((index) => priors[index]!)
}

/** The share of the results of the same source that are better, by result. */
function ranksWithin(priors: readonly Prior[]): readonly number[] {
  const groups = new Map<string | undefined, number[]>()
  for (const [i, { source }] of priors.entries()) {
    const group = groups.get(source)
    if (group) group.push(i)
    else groups.set(source, [i])
  }
  const ranks = new Array<number>(priors.length).fill(0)
  for (const group of groups.values()) {
    group.sort((a, b) => priors[a]!.loss - priors[b]!.loss || a - b)
    for (const [place, i] of group.entries()) ranks[i] = place / group.length
  }
  return ranks
}

/** Why results of another sweep cannot be used here, as a sentence; undefined when they can. */
export function unlikeMetrics(
  mine: Pick<SweepConfig, 'metric' | 'metrics' | 'constraints'>,
  other: Pick<SweepConfig, 'metric' | 'metrics' | 'constraints'>,
): string | undefined {
  const measured = ({ metric, metrics = metric ? [metric] : [] }: typeof mine) =>
    metrics.map(({ name, goal }) => `${goal} ${name}`).join(', ') || 'no metric'
  if (measured(mine) !== measured(other)) return `it has ${measured(other)}, this one ${measured(mine)}`
  const bounds = ({ constraints = [] }: typeof mine) => JSON.stringify(constraints)
  return bounds(mine) === bounds(other) ? undefined : 'its constraints are not the same'
}
