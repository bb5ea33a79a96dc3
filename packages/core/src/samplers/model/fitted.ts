/**
 * Fits the GP hyperparameters incrementally, so that no single request is expensive: each fit starts from the fit of the first
 * trials (a checkpoint), which starts from the checkpoint before.
 */
import { fitGp, priorStarts } from '../../math/fit-gp.ts'
import { bendable, bentBy, type GpData, MORE } from '../../math/gp-kernel.ts'
import type { Minimum } from '../../math/minimize.ts'
import { digest } from './digest.ts'
import type { Row } from './view.ts'

/** Maximum rows of a fit; its time grows with their cube. */
const MOST_FITTED = 80

/** The first trials, from the best to the worst by `order`. */
export interface First {
  readonly rows: readonly Row[]
  readonly y: Float64Array
  readonly order: readonly number[]
}

/** Fit of the first trials, without and with input warping. */
interface Checkpoint {
  readonly straight: Float64Array
  readonly bent: Float64Array
  /** Whether bends explain that much better. */
  readonly bends: boolean
}

/** Calls of the density by a fit: of few rows, from each start; of a checkpoint, from a fresh start and from the previous checkpoint; and of all rows. */
const FULL_EVALUATIONS = 40
const FRESH_EVALUATIONS = 16
const NEXT_EVALUATIONS = 8
const LAST_EVALUATIONS = 6

const FIRST_CHECKPOINT = 24
const LAST_CHECKPOINT = 300
const GROWTH = 1.25

/**
 * The parameters for these rows: fitted to all of them, from where the last checkpoint ended. Fits of checkpoints are remembered. All
 * are functions of the rows alone, so that the answer does not depend on what was asked before.
 */
export function fitted(
  data: GpData,
  order: readonly number[],
  firstOf: (count: number) => First,
): Float64Array {
  const { categorical } = data
  const starts = priorStarts(categorical.length)
  const rows = some(data, order)
  const passed = checkpoints(data.rows.length)
  if (passed.length === 0) return fitGp(rows, starts, FULL_EVALUATIONS).x
  const at = (k: number): Checkpoint => {
    const first = { ...firstOf(passed[k]!), categorical }
    return remembered(first, () => {
      const part = some(first, first.order)
      if (k === 0) return compared(part, fitGp(part, starts, FULL_EVALUATIONS))
      const earlier = at(k - 1)
      // A fresh start finds what the first few trials did not show.
      const fresh = fitGp(part, [starts[k % starts.length]!], FRESH_EVALUATIONS)
      const on = fitGp(part, [earlier.straight], NEXT_EVALUATIONS)
      return compared(part, fresh.value < on.value ? fresh : on, earlier.bent)
    })
  }
  const { straight, bent, bends } = at(passed.length - 1)
  return bends ? fittedBetween(rows, bent) : fitGp(rows, [straight], LAST_EVALUATIONS).x
}

/**
 * Bends have to earn their number: each parameter more a unit of the logarithm of the density (Akaike 1974, "A new look at the statistical
 * model identification"). Where they are not needed they would only lead to certainty too soon.
 */
function compared(data: GpData, straight: Minimum, earlier?: Float64Array): Checkpoint {
  const { categorical } = data
  const kept = earlier !== undefined && fitGp(data, [earlier], 1).value < straight.value
  const start = kept ? earlier : bendable(straight.x, categorical.length)
  const bent = fitGp(data, [start], NEXT_EVALUATIONS)
  const count = 2 * categorical.filter((one) => one === 0).length
  return { straight: straight.x, bent: bent.x, bends: bent.value + count < straight.value }
}

/** With bends as they are, which costs a fit no more than without. */
function fittedBetween(data: GpData, bent: Float64Array): Float64Array {
  const { categorical } = data
  const rows = data.rows.map(bentBy(bent, categorical))
  const theta = bent.slice()
  theta.set(fitGp({ ...data, rows }, [bent.slice(0, categorical.length + MORE)], LAST_EVALUATIONS).x)
  return theta
}

/** Those of 24, 30, 37, …, 266 that are at least a tenth below n. */
function checkpoints(n: number): readonly number[] {
  const counts: number[] = []
  for (let c = FIRST_CHECKPOINT; c <= Math.min(0.9 * n, LAST_CHECKPOINT); c = Math.floor(c * GROWTH))
    counts.push(c)
  return counts
}

/** The best half and an even choice of the others, when there are more than MOST_FITTED. */
function some(data: GpData, order: readonly number[]): GpData {
  if (order.length <= MOST_FITTED) return data
  const half = MOST_FITTED / 2
  const rest = order.length - half
  const indices = order.slice(0, half)
  for (let k = 0; k < half; k++) indices.push(order[half + Math.floor((k * rest) / half)]!)
  return {
    rows: indices.map((index) => data.rows[index]!),
    y: Float64Array.from(indices, (index) => data.y[index]!),
    categorical: data.categorical,
  }
}

/** Fits of checkpoints by content. A warm function reuses them; a cold one recomputes them. */
const memory = new Map<string, Checkpoint>()
const MOST_REMEMBERED = 256

function remembered(data: GpData, make: () => Checkpoint): Checkpoint {
  const key = digest(data)
  let theta = memory.get(key)
  if (theta === undefined) {
    theta = make()
    memory.set(key, theta)
    if (memory.size > MOST_REMEMBERED) memory.delete(memory.keys().next().value!)
  }
  return theta
}
