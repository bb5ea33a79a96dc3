/** Chances of the categories of each axis, learnt from what was good: Baluja 1994, "Population-based incremental learning". */
import type { Rng } from '../../math/rng.ts'
import type { Sample } from './sample.ts'
import { ABSENT, type Axis } from './view.ts'

/** By axis; undefined where an axis has an order. The chances of an axis sum to 1. */
export type Chances = readonly (Float64Array | undefined)[]

export const evenChances = (axes: readonly Axis[]): Chances =>
  axes.map(({ kind, size }) => (kind === 'category' ? new Float64Array(size).fill(1 / size) : undefined))

/** As fast as a few generations. */
const RATE = 0.3
/** In a generation every category together has this chance of being drawn against what was learnt. */
const LEAST_SHARE = 0.05

/** The chances after a generation, best first. */
export function learnt(chances: Chances, axes: readonly Axis[], sorted: readonly Sample[]): Chances {
  const better = sorted.slice(0, Math.max(1, sorted.length >> 1))
  return chances.map((old, a) => {
    if (old === undefined) return undefined
    const seen = better.filter(({ row }) => row[a] !== ABSENT)
    if (seen.length === 0) return old
    const { size } = axes[a]!
    const next = old.map((chance) => (1 - RATE) * chance)
    for (const { row } of seen) next[row[a]!]! += RATE / seen.length
    return next.map((chance) => (1 - LEAST_SHARE) * chance + LEAST_SHARE / size)
  })
}

export function drawCategory(chances: Float64Array, rng: Rng): number {
  let u = rng.uniform()
  for (let c = 0; c < chances.length - 1; c++) {
    u -= chances[c]!
    if (u < 0) return c
  }
  return chances.length - 1
}
