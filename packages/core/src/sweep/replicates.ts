/** `replicates`: each point of a search runs several times, and its result is the mean. */
import { isEnd, type RunState } from './lifecycle.ts'

/** Which repetition of its point a trial is. */
export interface Replicate {
  /** From 1. */
  readonly index: number
  /** How many there are. */
  readonly of: number
  /** The number of the first one. */
  readonly first: number
}

/** Of a number that is not enqueued; `enqueued` ascending. The replicates of a point have consecutive ranks among the other numbers. */
export function replicateOf(number: number, enqueued: readonly number[], replicates: number): Replicate {
  const rank = number - 1 - enqueued.filter((other) => other < number).length
  const index = rank % replicates
  let first = rank - index + 1
  for (const other of enqueued) if (other <= first) first++
  return { index: index + 1, of: replicates, first }
}

interface Repetition {
  readonly state: RunState
  readonly value?: number
  readonly loss?: number
  readonly violation?: number
}

/** Mean and sample standard deviation (0 for one value) of the values of a point. */
export interface PointResult {
  readonly count: number
  readonly value: number
  readonly loss: number
  readonly deviation: number
}

/**
 * The result of a point, from those of its trials that finished with a value. Undefined until all `replicates` have ended, without a value,
 * and when one violates a constraint.
 */
export function pointResult(trials: readonly Repetition[], replicates: number): PointResult | undefined {
  if (trials.length < replicates || trials.some(({ state }) => !isEnd(state))) return undefined
  const finished = trials.filter(({ state, value }) => state === 'finished' && value !== undefined)
  if (finished.length === 0 || finished.some(({ violation = 0 }) => violation > 0)) return undefined
  const count = finished.length
  const value = finished.reduce((sum, trial) => sum + trial.value!, 0) / count
  const loss = finished.reduce((sum, trial) => sum + trial.loss!, 0) / count
  const squares = finished.reduce((sum, trial) => sum + (trial.value! - value) ** 2, 0)
  return { count, value, loss, deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1)) }
}
