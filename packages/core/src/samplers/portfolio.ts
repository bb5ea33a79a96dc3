import { rngOf } from '../math/rng.ts'
import type { Space } from '../space/space.ts'
import { improve, nothingToLearn, startUp } from './gp.ts'
import { adaptiveSampler, type Proposal, type Task } from './model/adaptive.ts'
import { gaussianModel } from './model/gaussian.ts'
import type { Sampler } from './sampler.ts'
import { proposeTpe } from './tpe.ts'

/**
 * The search that needs no choice: a Gaussian process where it understands the losses, the Parzen estimator where it does
 * not. What decides is how well the process foretells trials that it is not told, so that no trial is spent on finding out.
 * Each slot draws its arm by itself, so that the trials of a batch come from both.
 */
export const portfolio = (space: Space): Sampler => adaptiveSampler(space, propose)

const ARM_STREAM = 3
/** Neither arm is ever silent: the one that looks worse may see what the other is blind to. */
const LEAST_SHARE = 0.05
/** With a process that knows nothing, both arms are as good a guess. */
const MOST_SHARE = 0.5

function propose(task: Task): Proposal {
  const early = startUp(task, 'start')
  if (early !== undefined) return early
  const model = gaussianModel(task.view, task.data)
  if (model === undefined)
    return task.data.infeasible.length > 0 ? proposeTpe(task) : nothingToLearn(task, 'start')
  const share = Math.max(LEAST_SHARE, MOST_SHARE * (1 - model.skill))
  const tpe = rngOf(task.seed, task.slot.number, ARM_STREAM).uniform() < share
  const proposal = tpe ? proposeTpe(task) : improve(task, model)
  const percent = (part: number) => `${Math.round(100 * part)} %`
  const turn = `${percent(tpe ? share : 1 - share)} of the trials go this way, for the process foretells left-out losses with a correlation of ${model.skill.toFixed(2)}`
  return { ...proposal, why: `${proposal.why}; ${turn}` }
}
