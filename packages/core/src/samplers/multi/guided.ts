import { rngOf } from '../../math/rng.ts'
import type { Observation, Pending, Prior, Sampler, Suggestion } from '../sampler.ts'
import { constrainedLosses, isFeasible } from './feasible.ts'
import { drawDirection, layers, towards } from './one-loss.ts'
import type { Losses } from './pareto.ts'

const GUIDE_STREAM = 0x6d6f

/**
 * Makes a single-objective sampler search for a Pareto front under constraints. Each slot scalarizes the losses, either along a
 * random direction or, with probability `layered`, by Pareto rank. Directions suit models that predict values, ranks suit
 * models that only separate good from bad.
 */
export function guided(sampler: Sampler, objectives: number, layered: number): Sampler {
  if (!sampler.needsHistory) return sampler
  return {
    ...sampler,
    suggest: (input) => {
      const { history, seed } = input
      const made: (Suggestion & Pending)[] = []
      for (const slot of input.slots) {
        const rng = rngOf(seed, slot.number, GUIDE_STREAM)
        const direction = drawDirection(objectives, rng)
        const byLayer = rng.uniform() < layered
        const { prior = [] } = history
        const all = oneLoss(
          [...prior, ...history.observations],
          byLayer ? layers : (points) => towards(direction, points),
          objectives,
        )
        const [suggestion] = sampler.suggest({
          ...input,
          slots: [slot],
          history: {
            ...history,
            observations: all.filter((one) => 'number' in one),
            prior: all.filter((one) => !('number' in one)),
            pending: [...history.pending, ...made],
          },
        })
        const { params, suggestedBy } = suggestion!
        const guide = objectives === 1 ? [] : [byLayer ? 'ranked by Pareto layers' : weighed(direction)]
        const why = [suggestedBy.why, ...guide, ...offNote(history.observations)].join('; ')
        made.push({ number: slot.number, params, suggestedBy: { ...suggestedBy, why } })
      }
      return made.map(({ params, suggestedBy }) => ({ params, suggestedBy }))
    },
  }
}

/** Leaves out trials without a value for each objective. */
function oneLoss(
  observations: readonly (Observation | Prior)[],
  lossesOf: (points: readonly Losses[]) => readonly number[],
  objectives: number,
): readonly (Observation | Prior)[] {
  const whole =
    objectives === 1
      ? observations
      : observations.filter(({ losses }) => losses?.length === objectives && losses.every(Number.isFinite))
  if (whole.length === 0) return []
  const losses =
    objectives === 1 ? whole.map(({ loss }) => loss) : lossesOf(whole.map(({ losses }) => losses!))
  const single = constrainedLosses(whole, losses)
  return whole.map(({ losses: _, violation: __, ...rest }, i) => ({
    ...rest,
    loss: single[i]!,
    ...(rest.slacks !== undefined && { objective: losses[i]! }),
  }))
}

/** A large component of the direction is a small weight. */
function weighed(direction: readonly number[]): string {
  const weights = direction.map((x) => 1 / x)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return `objective weights ${weights.map((weight) => `${Math.round((100 * weight) / sum)}%`).join(' / ')}`
}

function offNote(observations: readonly Observation[]): readonly string[] {
  const off = observations.filter((observation) => !isFeasible(observation)).length
  return off === 0 ? [] : [`${off} trials violate a constraint`]
}
