import { rngOf } from '../math/rng.ts'
import type { Space } from '../space/space.ts'
import { improve, nothingToLearn, startUp } from './gp.ts'
import { adaptiveSampler, type Proposal, type Task } from './model/adaptive.ts'
import { gaussianModel } from './model/gaussian.ts'
import type { Sampler } from './sampler.ts'
import { proposeTpe } from './tpe.ts'

/**
 * The default search, a portfolio of a Gaussian process and TPE. The share of each arm follows from the leave-one-out
 * correlation of the GP, so no trial is spent on the choice. Each slot draws its arm independently, so a batch holds both.
 */
export const portfolio = (space: Space): Sampler => adaptiveSampler(space, propose)

const ARM_STREAM = 3
/** Each arm keeps a share, in case the correlation is misleading. */
const LEAST_SHARE = 0.05
/** Share of TPE when the GP predicts nothing. */
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
  const percent = (part: number) => `${Math.round(100 * part)}%`
  const arm = `${tpe ? 'TPE' : 'GP'} share ${percent(tpe ? share : 1 - share)} (GP leave-one-out r = ${model.skill.toFixed(2)})`
  return { ...proposal, why: `${proposal.why}; ${arm}` }
}
