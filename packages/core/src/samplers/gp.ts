import { rngOf } from '../math/rng.ts'
import type { Space } from '../space/space.ts'
import { acquire } from './model/acquire.ts'
import { adaptiveSampler, type Proposal, sobolRows, type Task } from './model/adaptive.ts'
import { type GaussianModel, gaussianModel } from './model/gaussian.ts'
import { fromSources, used } from './model/warm-up.ts'
import type { Sampler } from './sampler.ts'

/** A Gaussian process and the expected improvement over it: Jones, Schonlau & Welch 1998. */
export const gp = (space: Space): Sampler =>
  adaptiveSampler(space, (task) => startUp(task, 'gp') ?? proposeGp(task))

/** One more than the axes determines a plane; with the priors of the GP, ten initial points are enough. */
const MOST_START_UP = 10
const LEAST_START_UP = 4

/**
 * Warm-up: points to begin with from other sweeps, then those of the Sobol' sequence until enough trials have a result, or until other
 * sweeps explain the first results.
 */
export function startUp(task: Task, arm: string): Proposal | undefined {
  const { data, view, seed, slot } = task
  const started = fromSources(task, arm)
  if (started !== undefined) return started
  const needed = Math.min(MOST_START_UP, Math.max(LEAST_START_UP, view.axes.length + 1))
  if (data.observed >= needed && view.axes.length > 0) return undefined
  if (data.sources.length > 0 && gaussianModel(view, data)?.trend !== undefined) return undefined
  const why = `warm-up (Sobol'), ${data.observed}/${needed} results`
  return { rows: [sobolRows(view, seed)(slot.index)], arm, why }
}

const CANDIDATES = 256
const RESTARTS = 5
/** Candidates to keep, since the first ones may have been handed out before. */
const KEPT = 64

function proposeGp(task: Task): Proposal {
  const model = gaussianModel(task.view, task.data)
  return model === undefined ? nothingToLearn(task, 'gp') : improve(task, model)
}

export function nothingToLearn({ data, view, seed, slot }: Task, arm: string): Proposal {
  const same = data.samples.every(({ loss }) => loss === data.samples[0]!.loss)
  const what = same ? 'all results are equal' : 'the Gaussian process could not be fitted'
  const why = `Sobol' point: ${what} (${data.observed} results)`
  return { rows: [sobolRows(view, seed)(slot.index)], arm, why }
}

/** Share of the trials that are sought near the best one, once there are more than one process is conditioned on. */
const NEAR_SHARE = 0.5
const NEAR_STREAM = 4

/** The candidates with the highest expected improvement, in the whole space or near the best trial. */
export function improve({ view, data, rng, evaluated, seed, slot }: Task, model: GaussianModel): Proposal {
  const near = rngOf(seed, slot.number, NEAR_STREAM).uniform() < NEAR_SHARE ? model.nearBest() : undefined
  const found = acquire(view, near?.acquisition ?? model, rng, {
    around: near?.leaders ?? model.leaders,
    isEvaluated: evaluated.has,
    candidates: CANDIDATES,
    restarts: RESTARTS,
    ...(near && { box: near.box }),
  })
  const pending = data.pending.length > 0 ? `, ${data.pending.length} pending` : ''
  const where = near
    ? ` near the best trial (GP on the nearest ${near.known} trials${pending})`
    : ` (GP on ${model.known} trials${pending})`
  const rows = found.slice(0, KEPT).map(({ row }) => row)
  const sources = used(data, near ? [] : (model.trend?.sources ?? []))
  return { rows, arm: 'gp', why: `maximum expected improvement${where}${sources}` }
}
