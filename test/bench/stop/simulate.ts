import type { RungValue, Stopper } from '@chimney/core/stoppers/stopper'
import { NO_PROGRESS, type Objective, observe } from '@chimney/core/sweep/observe'

/** Losses of one training by epoch, from epoch 1; null after it failed. */
export type Curve = readonly (number | null)[]

export interface Stopping {
  /** Share of all epochs that were run. */
  readonly budget: number
  /** Best final loss of the trainings that ran to the end, minus the best of all trainings. Without noise. */
  readonly regret: number
}

/** Runs the trainings in sequence. The stopper gets the `reported` curves, which include noise. */
export function simulate(stopper: Stopper, curves: readonly Curve[], reported: readonly Curve[]): Stopping {
  const rungs = new Map<number | undefined, RungValue[]>()
  const objective: Objective = { metric: 'loss', goal: 'minimize', stopper }
  let epochs = 0
  let possible = 0
  let found = Number.POSITIVE_INFINITY
  let best = found
  for (const [index, curve] of curves.entries()) {
    const number = index + 1
    possible += curve.length
    const end = curve.at(-1)
    if (typeof end === 'number') best = Math.min(best, end)
    let progress = NO_PROGRESS
    let stopped = false
    for (let epoch = 1; epoch <= curve.length && !stopped; epoch++) {
      epochs++
      const loss = reported[index]![epoch - 1]
      if (typeof loss !== 'number') break
      const step = observe(progress, [{ index: epoch, values: { loss } }], objective)
      progress = step.progress
      if (epoch === curve.length) continue
      for (const { rung, ...values } of step.passed) {
        const self = { number, ...values }
        const peers = rungs.get(rung) ?? []
        peers.push(self)
        rungs.set(rung, peers)
        const ahead = rungs.get(stopper.nextRung(rung)) ?? []
        stopped ||= stopper.decide({ rung, self, peers, ahead }).stop
      }
    }
    if (!stopped && typeof end === 'number') found = Math.min(found, end)
  }
  return { budget: epochs / possible, regret: found - best }
}
