/**
 * A Gaussian process of the trials near the best one, for searches with more trials than one process is conditioned on. The process of
 * the whole space has to leave most trials out then, and expects improvements where they were. Inspired by the trust regions of Eriksson
 * et al. 2019, "Scalable global optimization via local Bayesian optimization"; the region follows from the trials alone, so that nothing
 * is stored and any number of agents works.
 */
import { fitGp } from '../../math/fit-gp.ts'
import { type GpData, MORE } from '../../math/gp-kernel.ts'
import { posteriorOf } from '../../math/gp-posterior.ts'
import type { Acquisition, Box } from './acquisition.ts'
import { distancesFrom, type Measure } from './distance.ts'
import { warpLosses } from './losses.ts'
import { orderOf } from './order.ts'
import type { Sample } from './sample.ts'
import { turnedPosterior } from './turned-posterior.ts'
import type { Row } from './view.ts'

export interface Neighbourhood {
  readonly acquisition: Acquisition
  readonly box: Box
  /** Rows of the best trials of the neighbourhood, best first. */
  readonly leaders: readonly Row[]
  /** Trials that the process is conditioned on. */
  readonly known: number
}

export interface Neighbours {
  readonly samples: readonly Sample[]
  /** As the process takes them, one for each sample. */
  readonly rows: readonly Row[]
  readonly center: Row
  readonly categorical: Uint8Array
  /** Parameters of the process of the whole space. */
  readonly theta: Float64Array
  readonly pending: readonly Row[]
  /** Trials to condition the process on. */
  readonly most: number
}

/** Rows of a fit, and calls of the density. */
const FITTED = 80
const EVALUATIONS = 20
/**
 * The box holds so many of the nearest trials, or one for each axis: with fewer it closes before the process knows the directions of a
 * valley, with more it stays so wide that searches of 30 axes do not end. Each trial that lands in it narrows it.
 */
const BOXED = 32
/** Share of its width that the box reaches beyond them, so that it can move. */
const MARGIN = 0.1
const LEAST_MARGIN = 1e-6
const LEADERS = 5

/** Undefined without as many trials, or if their losses are equal. */
export function neighbourhood(all: Neighbours): Neighbourhood | undefined {
  const { samples, rows, center, categorical, pending, most } = all
  if (rows.length <= most) return undefined
  const distances = distancesFrom(center, rows, measureOf(all))
  const nearest = rows
    .map((_, i) => i)
    .sort((a, b) => distances[a]! - distances[b]! || a - b)
    .slice(0, most)
  const chosen = nearest.map((i) => samples[i]!)
  const y = warpLosses(chosen)
  if (y.every((value) => value === y[0])) return undefined
  const known: GpData = { rows: nearest.map((i) => rows[i]!), y, categorical }
  const box = boxOf(known)
  const inside = pending.filter((row) => isIn(box, row, categorical))
  const posterior = fittedPosterior(known, all.theta, inside)
  if (posterior === undefined) return undefined
  const means = [...posterior.means(), ...inside.map((row) => posterior.predict(row).mean)]
  return {
    acquisition: { posterior, best: Math.min(...means), limits: [] },
    box,
    leaders: orderOf(chosen)
      .slice(0, LEADERS)
      .map((i) => known.rows[i]!),
    known: nearest.length,
  }
}

const measureOf = ({ theta, categorical }: Neighbours): Measure => ({
  weights: theta.slice(0, categorical.length).map(Math.exp),
  categorical,
})

/** `known` is ascending by distance. */
function fittedPosterior(known: GpData, theta: Float64Array, pending: readonly Row[]) {
  const { rows, y, categorical } = known
  const nearest: GpData = { rows: rows.slice(0, FITTED), y: y.slice(0, FITTED), categorical }
  // A neighbourhood is too small for an axis to bend in it.
  const start = theta.slice(0, categorical.length + MORE)
  const fit = fitGp(nearest, [start], EVALUATIONS)
  const along = posteriorOf(known, fit.x, pending)
  return along && (turnedPosterior(known, nearest, fit, along, pending, EVALUATIONS) ?? along)
}

function boxOf({ rows, categorical }: GpData): Box {
  const boxed = rows.slice(0, Math.max(BOXED, categorical.length))
  const lower = new Float64Array(categorical.length)
  const upper = new Float64Array(categorical.length).fill(1)
  for (const [a, isCategory] of categorical.entries()) {
    if (isCategory) continue
    const low = boxed.reduce((least, row) => Math.min(least, row[a]!), 1)
    const high = boxed.reduce((top, row) => Math.max(top, row[a]!), 0)
    const margin = MARGIN * (high - low) + LEAST_MARGIN
    lower[a] = Math.max(0, low - margin)
    upper[a] = Math.min(1, high + margin)
  }
  return { lower, upper }
}

const isIn = ({ lower, upper }: Box, row: Row, categorical: Uint8Array): boolean =>
  row.every((x, a) => categorical[a] === 1 || (x >= lower[a]! && x <= upper[a]!))
