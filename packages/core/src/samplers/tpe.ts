import type { Space } from '../space/space.ts'
import { adaptiveSampler, type Proposal, sobolRows, type Task } from './model/adaptive.ts'
import { agreeing } from './model/agreement.ts'
import { parzenSearch } from './model/parzen.ts'
import { fromSources, used } from './model/warm-up.ts'
import type { Sampler } from './sampler.ts'

/** Number of results before the model is used. */
const START_UP = 10

/** The tree-structured Parzen estimator: Bergstra et al. 2011, with joint kernels (Falkner et al. 2018; Watanabe 2023). */
export const tpe = (space: Space): Sampler => adaptiveSampler(space, proposeTpe)

export function proposeTpe(task: Task): Proposal {
  const { data, slot, seed, view } = task
  const started = fromSources(task, 'tpe')
  if (started !== undefined) return started
  const agreed = agreeing(view, data.sources, data.samples)
  const results = data.observed + data.infeasible.length
  if (results < START_UP && agreed.length === 0) {
    const why = `warm-up (Sobol'), ${results}/${START_UP} results`
    return { rows: [sobolRows(view, seed)(slot.index)], arm: 'tpe', why }
  }
  const { rows, good, bad } = parzenSearch(view, data, agreed, task.rng)
  const why = `maximum density ratio of ${rows.length} candidates (${good} good trials, ${bad} others)`
  return { rows, arm: 'tpe', why: `${why}${used(data, agreed)}` }
}
