import type { Space } from '../space/space.ts'
import { adaptiveSampler, type Proposal, sobolRows, type Task } from './model/adaptive.ts'
import { parzenSearch } from './model/parzen.ts'
import type { Sampler } from './sampler.ts'

/** So many trials have to tell something before the model is asked. */
const START_UP = 10

/** The tree-structured Parzen estimator: Bergstra et al. 2011, with joint kernels (Falkner et al. 2018; Watanabe 2023). */
export const tpe = (space: Space): Sampler => adaptiveSampler(space, proposeTpe)

export function proposeTpe(task: Task): Proposal {
  const { data, slot, seed, view } = task
  const told = data.told + data.foreign.length + data.infeasible.length
  if (told < START_UP) {
    const why = `${told} of ${START_UP} trials have told something; until then points of the scrambled Sobol' sequence are tried`
    return { rows: [sobolRows(view, seed)(slot.index)], arm: 'tpe', why }
  }
  const { rows, good, bad } = parzenSearch(view, data, task.rng)
  const why = `the most likely to be among the best ${good} rather than the other ${bad}, of ${rows.length} candidates`
  return { rows, arm: 'tpe', why }
}
