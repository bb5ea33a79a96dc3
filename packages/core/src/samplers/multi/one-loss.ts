/** Several losses made one, so that every sampler for one can search for a front. */
import type { Rng } from '../../math/rng.ts'
import { contributions, frontRanks, type Losses, paretoFront } from './pareto.ts'

interface Range {
  readonly ideal: Losses
  /** Above the ideal in every objective. */
  readonly nadir: Losses
}

/** From the least of each objective to its greatest on the front; where the front is flat, to the median of all points. */
export function frontRange(points: readonly Losses[]): Range {
  const front = paretoFront(points).map((index) => points[index]!)
  const objectives = points[0]!.map((_, m) => m)
  const ideal = objectives.map((m) => Math.min(...front.map((point) => point[m]!)))
  const nadir = objectives.map((m) => {
    const top = Math.max(...front.map((point) => point[m]!))
    if (top > ideal[m]!) return top
    const all = points.map((point) => point[m]!).sort((a, b) => a - b)
    const above = all.slice(all.length >> 1).find((x) => x > ideal[m]!)
    return above ?? ideal[m]! + Math.max(1e-12, Math.abs(ideal[m]!))
  })
  return { ideal, nadir }
}

/** A direction, evenly drawn from the positive part of the sphere; no component is 0. */
export function drawDirection(objectives: number, rng: Rng): readonly number[] {
  // Lengths of normal draws by Box & Muller 1958.
  const draws = Array.from({ length: objectives }, () =>
    Math.abs(Math.sqrt(-2 * Math.log(rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform())),
  )
  const length = Math.hypot(...draws)
  return draws.map((x) => Math.max(x / length, 1e-3))
}

/**
 * How far each point is from the ideal in this direction: max over the objectives of distance ÷ component. The mean over
 * all directions of the best such value is the hypervolume (Golovin & Zhang 2020, "Random hypervolume scalarizations", Lemma 5), so improving it in
 * random directions improves the hypervolume. A small part of the sum breaks ties on an edge (Knowles 2006, eq. 2).
 */
export function towards(direction: readonly number[], points: readonly Losses[]): readonly number[] {
  const { ideal, nadir } = frontRange(points)
  return points.map((point) => {
    let worst = Number.NEGATIVE_INFINITY
    let sum = 0
    for (const [m, x] of point.entries()) {
      const distance = (x - ideal[m]!) / (nadir[m]! - ideal[m]!) / direction[m]!
      worst = Math.max(worst, distance)
      sum += distance
    }
    return worst + 0.05 * sum
  })
}

/**
 * Ranks of the fronts, and within a front from 0 to below 1 by the volume that a point adds: the order of Ozaki et al. 2020,
 * "Multiobjective tree-structured Parzen estimator", §3. Only the better half is ordered.
 */
export function layers(points: readonly Losses[]): readonly number[] {
  const ranks = frontRanks(points, points.length >> 1)
  const losses = Array.from(ranks, (rank) => rank)
  for (let rank = 0; rank <= 1; rank++) {
    const indices = losses.flatMap((_, index) => (ranks[index] === rank ? [index] : []))
    if (indices.length < 2 || indices.length > 100) continue
    const layer = indices.map((index) => points[index]!)
    const { ideal, nadir } = frontRange(points)
    const scaled = layer.map((point) => point.map((x, m) => (x - ideal[m]!) / (nadir[m]! - ideal[m]!)))
    const added = contributions(
      scaled,
      ideal.map(() => 1.1),
    )
    const order = indices.map((_, i) => i).sort((a, b) => added[b]! - added[a]! || a - b)
    for (const [turn, i] of order.entries()) losses[indices[i]!]! += turn / indices.length
  }
  return losses
}
