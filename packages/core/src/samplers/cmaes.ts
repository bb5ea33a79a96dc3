import { type CmaState, cmaDeviation, cmaPoint, cmaStart, cmaTell, populationOf } from '../math/cma.ts'
import { normalQuantile } from '../math/normal.ts'
import { type Rng, rngOf } from '../math/rng.ts'
import type { Space } from '../space/space.ts'
import { adaptiveSampler, type Proposal, type Task } from './model/adaptive.ts'
import { type Chances, drawCategory, evenChances, learnt } from './model/chances.ts'
import type { Dataset } from './model/dataset.ts'
import { orderOf } from './model/order.ts'
import type { Sample } from './model/sample.ts'
import { ABSENT, type Axis, type Row, type View } from './model/view.ts'
import type { History, Sampler } from './sampler.ts'

/**
 * Covariance matrix adaptation for larger budgets over many real parameters, say 50 trials per parameter and more.
 *
 * Its state is a function of the history: trials that told something count in the order of their numbers, each λ of them are
 * a generation, whoever proposed them, and what a running trial will say is not waited for. So nothing is stored, and agents
 * may be as many as they like; with more than λ of them it learns later. Ranges are reflected at their ends; on a lattice a
 * coordinate keeps a least chance of leaving its place; categories have chances that follow the better half. When it has
 * come to rest it begins elsewhere with twice the generation (Auger & Hansen 2005, "A restart CMA evolution strategy with
 * increasing population size").
 */
export const cmaes = (space: Space): Sampler => adaptiveSampler(space, proposeCmaes)

interface Search {
  /** Of the coordinates of the axes with an order. */
  readonly state: CmaState
  readonly chances: Chances
  readonly population: number
  readonly restarts: number
  /** Trials that told something and are in no generation yet. */
  readonly rest: number
}

const FIRST_SIGMA = 0.3
/** Around the best of what was known before the sweep, and so many of the best say which categories are good. */
const KNOWN_SIGMA = FIRST_SIGMA / 3
const KNOWN_SHARE = 0.2
/** Stands for nothing that matters: a ten-thousandth of a range. */
const LEAST_DEVIATION = 1e-4
const RESTART_STREAM = 0x3e57
/** Of the history, beginning at a multiple of it, at least so many trials and less than twice as many are gone through. */
const WINDOW = 1_000
/** In case that the first ones were handed out before. */
const CANDIDATES = 16

function proposeCmaes({ view, data, history, seed, rng }: Task): Proposal {
  const { axes } = view
  const { state, chances, population, restarts, rest } = searchOf(view, data, history, seed)
  const ordered = orderedOf(axes)
  const rows = Array.from({ length: CANDIDATES }, () => {
    const z = ordered.map(() => normalQuantile(rng.uniform()))
    const point = cmaPoint(state, z)
    const row = new Float64Array(axes.length)
    for (const [i, a] of ordered.entries()) row[a] = kept(axes[a]!, state, i, point[i]!, population, rng)
    for (const [a, axis] of axes.entries())
      if (axis.kind === 'category') row[a] = drawCategory(chances[a]!, rng)
    return row
  })
  const again = restarts === 0 ? '' : `, begun anew ${restarts} ${restarts === 1 ? 'time' : 'times'}`
  const why = `drawn in generation ${state.generation + 1} of ${population} trials each${again}; ${rest} of the next one are known`
  return { rows, arm: 'cmaes', why }
}

const orderedOf = (axes: readonly Axis[]): readonly number[] =>
  axes.flatMap(({ kind }, a) => (kind === 'category' ? [] : [a]))

/** Reflected at 0 and 1. */
function reflected(x: number): number {
  const turned = Math.abs(x) % 2
  return turned > 1 ? 2 - turned : turned
}

/**
 * A coordinate inside. Where a lattice is too coarse for the present steps, each neighbour keeps a chance of 1/(2·D·λ), so that
 * one coordinate in a generation leaves its place: the margin of Hamano et al. 2022, "CMA-ES with margin".
 */
function kept(axis: Axis, state: CmaState, i: number, x: number, population: number, rng: Rng): number {
  if (axis.kind !== 'lattice' || !Number.isFinite(axis.size)) return reflected(x)
  const step = 1 / (axis.size - 1)
  const u = rng.uniform()
  const chance = 1 / (2 * state.mean.length * population)
  if (cmaDeviation(state, i) > step / 2 || u > 2 * chance) return reflected(x)
  return reflected(state.mean[i]! + (u < chance ? -step : step))
}

/** What the history makes of the search. */
function searchOf(view: View, data: Dataset, history: History, seed: number): Search {
  const { axes } = view
  const ordered = orderedOf(axes)
  const told = toldIn(view, history)
  const from = Math.max(0, Math.floor(told.length / WINDOW) - 1) * WINDOW
  const before = told.slice(0, from)
  const coordinates = (row: Row, mean: Float64Array) =>
    // A coordinate that does not exist has no say.
    mean.map((m, i) => (row[ordered[i]!] === ABSENT ? m : row[ordered[i]!]!))

  let population = populationOf(ordered.length)
  let mean = new Float64Array(ordered.length).fill(0.5)
  // Trials before the window are remembered by the best of them.
  if (before.length > 0) mean = coordinates(before[orderOf(before)[0]!]!.row, mean) as typeof mean
  let state = cmaStart(mean, FIRST_SIGMA)
  let chances = evenChances(axes)
  const known = [...data.foreign, ...data.samples.filter(({ number }) => number === 0)]
  if (before.length === 0 && known.length > 0) {
    const sorted = orderOf(known).map((place) => known[place]!)
    state = cmaStart(coordinates(sorted[0]!.row, mean), KNOWN_SIGMA)
    chances = learnt(chances, axes, sorted.slice(0, Math.max(2, Math.ceil(KNOWN_SHARE * sorted.length))))
  }
  let restarts = 0
  let best = Number.POSITIVE_INFINITY
  let improved = 0
  let at = from
  for (; at + population <= told.length; ) {
    const generation = told.slice(at, at + population)
    at += population
    const sorted = orderOf(generation).map((place) => generation[place]!)
    const next = cmaTell(
      state,
      sorted.map(({ row }) => coordinates(row, state.mean)),
    )
    chances = learnt(chances, axes, sorted)
    const least = sorted[0]!.loss
    if (least < best) {
      best = least
      improved = state.generation
    }
    if (next !== undefined && !atRest(next, axes, ordered, improved, population)) {
      state = next
      continue
    }
    restarts++
    population *= 2
    const rng = rngOf(seed, restarts, RESTART_STREAM)
    state = cmaStart(
      Float64Array.from(ordered, () => rng.uniform()),
      FIRST_SIGMA,
    )
    chances = evenChances(axes)
    best = Number.POSITIVE_INFINITY
    improved = 0
  }
  return { state, chances, population, restarts, rest: told.length - at }
}

/** All that ended with or without a loss, by number. A failed trial is worse than every other. */
function toldIn(view: View, { observations, infeasible }: History): readonly Sample[] {
  const failed = infeasible.map((trial) => ({ ...trial, loss: Number.POSITIVE_INFINITY }))
  const all = [...observations, ...failed].sort((a, b) => a.number - b.number)
  return all.flatMap(({ number, params, loss, ...more }): Sample[] => {
    const row = view.encode(params)
    if (row === undefined) return []
    const rung = 'rung' in more ? more.rung : undefined
    if (!Number.isFinite(loss))
      return [{ number, row, loss: Number.MAX_VALUE, rung: Number.NEGATIVE_INFINITY }]
    return [{ number, row, loss, ...(rung !== undefined && { rung }) }]
  })
}

/** Steps too short to matter on every axis, or nothing better for long: Hansen 2016, §B.3, Stagnation and TolX. */
function atRest(
  state: CmaState,
  axes: readonly Axis[],
  ordered: readonly number[],
  improved: number,
  population: number,
): boolean {
  const d = ordered.length
  if (state.generation - improved > 10 + Math.ceil((30 * d) / population)) return true
  return ordered.every((a, i) => {
    const { kind, size } = axes[a]!
    const least = kind === 'lattice' && Number.isFinite(size) ? 0.1 / size : LEAST_DEVIATION
    return cmaDeviation(state, i) < least
  })
}
