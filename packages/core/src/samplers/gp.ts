import { fitGp, type GpData, posteriorOf, priorParameters } from '../math/gaussian-process.ts'
import type { Space } from '../space/space.ts'
import { acquire, imputed } from './model/acquire.ts'
import { adaptiveSampler, type Proposal, sobolRows, type Task } from './model/adaptive.ts'
import { warpLosses } from './model/losses.ts'
import { orderOf } from './model/order.ts'
import type { Sampler } from './sampler.ts'

/** A Gaussian process and the expected improvement over it: Jones, Schonlau & Welch 1998. */
export const gp = (space: Space): Sampler => adaptiveSampler(space, proposeGp)

export function proposeGp(task: Task): Proposal {
  const { data, slot, seed, view, rng, seen } = task
  const startUp = Math.min(10, Math.max(4, view.axes.length + 1))
  if (data.samples.length < startUp || view.axes.length === 0) {
    const why = `${data.samples.length} of ${startUp} trials have told something; until then points of the scrambled Sobol' sequence are tried`
    return { rows: [sobolRows(view, seed)(slot.index)], arm: 'gp', why }
  }
  const { axes } = view
  const categorical = Uint8Array.from(axes, ({ kind }) => Number(kind === 'category'))
  const rows = data.samples.map(({ row }) => imputed(axes, row))
  const y = warpLosses(data.samples)
  const gpData: GpData = { rows, y, categorical }
  const theta = fitGp(gpData, priorParameters(axes.length), 40)
  const posterior = posteriorOf(
    gpData,
    theta,
    data.pending.map((row) => imputed(axes, row)),
  )!
  let best = Number.POSITIVE_INFINITY
  for (const row of rows) best = Math.min(best, posterior.predict(row).mean)
  const order = orderOf(data.samples)
  const found = acquire(view, { posterior, best }, rng, {
    around: order.slice(0, 5).map((place) => rows[place]!),
    seen: seen.has,
    looks: 256,
    starts: 6,
  })
  return {
    rows: found.slice(0, 64).map(({ row }) => row),
    arm: 'gp',
    why: 'the highest expected improvement',
  }
}
