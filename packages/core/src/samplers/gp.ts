import type { Space } from '../space/space.ts'
import { acquire } from './model/acquire.ts'
import { adaptiveSampler, type Proposal, sobolRows, type Task } from './model/adaptive.ts'
import { type GaussianModel, gaussianModel } from './model/gaussian.ts'
import type { Sampler } from './sampler.ts'

/** A Gaussian process and the expected improvement over it: Jones, Schonlau & Welch 1998. */
export const gp = (space: Space): Sampler =>
  adaptiveSampler(space, (task) => startUp(task, 'gp') ?? proposeGp(task))

/** Axes and one more are what a plane needs; beyond ten a model with priors does better than more of the design. */
const MOST_START_UP = 10
const LEAST_START_UP = 4

/** Points of the Sobol' sequence until so many trials have told something. */
export function startUp({ data, view, seed, slot }: Task, arm: string): Proposal | undefined {
  const needed = Math.min(MOST_START_UP, Math.max(LEAST_START_UP, view.axes.length + 1))
  if (data.told + data.foreign.length >= needed && view.axes.length > 0) return undefined
  const why = `${data.told} of ${needed} trials have told something; until then points of the scrambled Sobol' sequence are tried`
  return { rows: [sobolRows(view, seed)(slot.index)], arm, why }
}

const LOOKS = 256
const STARTS = 5
/** As many candidates are kept in case that the first ones were handed out before. */
const KEPT = 64

function proposeGp(task: Task): Proposal {
  const model = gaussianModel(task.view, task.data)
  return model === undefined ? nothingToLearn(task, 'gp') : improve(task, model)
}

export function nothingToLearn({ data, view, seed, slot }: Task, arm: string): Proposal {
  const same = data.samples.every(({ loss }) => loss === data.samples[0]!.loss)
  const what = same ? 'do not differ' : 'are nothing that a Gaussian process could be fitted to'
  const why = `the ${data.told} trials that told something ${what}, so the scrambled Sobol' sequence goes on`
  return { rows: [sobolRows(view, seed)(slot.index)], arm, why }
}

/** Where the expected improvement is the highest. */
export function improve({ view, data, rng, seen }: Task, model: GaussianModel): Proposal {
  const found = acquire(view, model, rng, {
    around: model.leaders,
    seen: seen.has,
    looks: LOOKS,
    starts: STARTS,
  })
  const among = data.pending.length > 0 ? `, ${data.pending.length} running ones considered` : ''
  const why = `the highest expected improvement by a Gaussian process over ${model.known} trials${among}`
  return { rows: found.slice(0, KEPT).map(({ row }) => row), arm: 'gp', why }
}
