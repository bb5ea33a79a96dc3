import { type CmaState, cmaDeviation, cmaPoint, cmaStart, cmaTell, populationOf } from '../math/cma.ts'
import { normalQuantile } from '../math/normal.ts'
import { type Rng, rngOf } from '../math/rng.ts'
import type { Space } from '../space/space.ts'
import { adaptiveSampler, type Proposal, type Task } from './model/adaptive.ts'
import { type Chances, drawCategory, evenChances, learnt } from './model/chances.ts'
import type { Dataset } from './model/dataset.ts'
import { orderOf } from './model/order.ts'
import type { Sample } from './model/sample.ts'
import { seedsOf } from './model/sources.ts'
import { ABSENT, type Axis, type Row, type View } from './model/view.ts'
import type { History, Sampler } from './sampler.ts'

/**
 * Covariance matrix adaptation for larger budgets over many real parameters, say 50 trials per parameter and more.
 *
 * Its state is a function of the history: every λ trials with a result, in the order of their numbers, are a
 * generation, whichever arm suggested them; pending trials are not waited for. So nothing is stored and any number of agents
 * works, though more than λ of them delay the updates. Ranges are reflected at their ends; a discrete coordinate keeps a
 * minimum probability of leaving its level; probabilities of categories follow the better half. After convergence it restarts
 * with twice the population (Auger & Hansen 2005, "A restart CMA evolution strategy with
 * increasing population size").
 */
export const cmaes = (space: Space): Sampler => adaptiveSampler(space, proposeCmaes)

interface Search {
  /** Of the coordinates of the axes with an order. */
  readonly state: CmaState
  readonly chances: Chances
  readonly population: number
  readonly restarts: number
  /** Trials with a result that are in no generation yet. */
  readonly rest: number
}

/** A sixth of each range, so that the range is three deviations to either side of its middle: Hansen 2016, §B.2. */
const FIRST_SIGMA = 1 / 6
/** Warm start: sigma around the best earlier trial, and the share of the best trials that sets the categories. */
const KNOWN_SIGMA = 0.1
const KNOWN_SHARE = 0.2
/** Convergence: a ten-thousandth of a range. */
const LEAST_DEVIATION = 1e-4
const RESTART_STREAM = 0x3e57
/** The last WINDOW to 2·WINDOW trials are replayed, from a multiple of WINDOW. */
const WINDOW = 1_000
/** More than one, since the first may have been handed out before, or be forbidden by constraints. */
const CANDIDATES = 16
const CONSTRAINED_CANDIDATES = 128

function proposeCmaes({ view, data, history, seed, rng }: Task): Proposal {
  const { axes } = view
  const { state, chances, population, restarts, rest } = searchOf(view, data, history, seed)
  const ordered = orderedOf(axes)
  const count = view.space.constraints ? CONSTRAINED_CANDIDATES : CANDIDATES
  const rows = Array.from({ length: count }, () => {
    const z = ordered.map(() => normalQuantile(rng.uniform()))
    const point = cmaPoint(state, z)
    const row = new Float64Array(axes.length)
    for (const [i, a] of ordered.entries()) row[a] = kept(axes[a]!, state, i, point[i]!, population, rng)
    for (const [a, axis] of axes.entries())
      if (axis.kind === 'category') row[a] = drawCategory(chances[a]!, rng)
    return row
  })
  const again = restarts === 0 ? '' : `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`
  const why = `CMA-ES generation ${state.generation + 1}${again}, ${rest}/${population} results of the next one${began(data)}`
  return { rows, arm: 'cmaes', why }
}

const began = ({ sources }: Dataset): string =>
  sources.length === 0 ? '' : '; began with the best of other sweeps'

const orderedOf = (axes: readonly Axis[]): readonly number[] =>
  axes.flatMap(({ kind }, a) => (kind === 'category' ? [] : [a]))

/** Reflected at 0 and 1. */
function reflected(x: number): number {
  const turned = Math.abs(x) % 2
  return turned > 1 ? 2 - turned : turned
}

/**
 * A coordinate inside. Where a discrete axis is too coarse for the current step, each neighbour keeps probability 1/(2·D·λ), so that
 * one coordinate per generation leaves its level: the margin of Hamano et al. 2022, "CMA-ES with margin".
 */
function kept(axis: Axis, state: CmaState, i: number, x: number, population: number, rng: Rng): number {
  if (axis.kind !== 'discrete' || !Number.isFinite(axis.size)) return reflected(x)
  const step = 1 / (axis.size - 1)
  const u = rng.uniform()
  const chance = 1 / (2 * state.mean.length * population)
  if (cmaDeviation(state, i) > step / 2 || u > 2 * chance) return reflected(x)
  return reflected(state.mean[i]! + (u < chance ? -step : step))
}

/** Replays the history. */
function searchOf(view: View, data: Dataset, history: History, seed: number): Search {
  const { axes } = view
  const ordered = orderedOf(axes)
  const results = resultsIn(view, history)
  const from = Math.max(0, Math.floor(results.length / WINDOW) - 1) * WINDOW
  const before = results.slice(0, from)
  const coordinates = (row: Row, mean: Float64Array) =>
    // An absent coordinate keeps the mean.
    mean.map((m, i) => (row[ordered[i]!] === ABSENT ? m : row[ordered[i]!]!))

  let population = populationOf(ordered.length)
  let mean = new Float64Array(ordered.length).fill(0.5)
  // The best trial before the window sets the mean.
  if (before.length > 0) mean = coordinates(before[orderOf(before)[0]!]!.row, mean) as typeof mean
  let state = cmaStart(mean, FIRST_SIGMA)
  let chances = evenChances(axes)
  const known = data.samples.filter(({ number }) => number === 0)
  const start = known[orderOf(known)[0] ?? 0]?.row ?? seedsOf(view, data.sources)[0]
  if (before.length === 0 && start !== undefined) {
    const groups = [
      orderOf(known).map((place) => known[place]!),
      ...data.sources.map(({ samples }) => samples),
    ]
    const good = groups.flatMap((group) => group.slice(0, Math.ceil(KNOWN_SHARE * group.length)))
    state = cmaStart(coordinates(start, mean), KNOWN_SIGMA)
    // Better halves are learnt from.
    chances = learnt(chances, axes, [...good, ...good])
  }
  let restarts = 0
  let best = Number.POSITIVE_INFINITY
  let improved = 0
  let at = from
  for (; at + population <= results.length; ) {
    const generation = results.slice(at, at + population)
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
  return { state, chances, population, restarts, rest: results.length - at }
}

/** All that ended with or without a loss, by number. A failed trial is worse than every other. */
function resultsIn(view: View, { observations, infeasible }: History): readonly Sample[] {
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
    const least = kind === 'discrete' && Number.isFinite(size) ? 0.1 / size : LEAST_DEVIATION
    return cmaDeviation(state, i) < least
  })
}
