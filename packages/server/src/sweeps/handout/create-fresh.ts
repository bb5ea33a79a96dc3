import { newTrial, putTrial, startRunning } from '../trials/create-trials.ts'
import { claimTrial, type HandedOut, type HandoutDeps, type TrialRequest } from './claim-trial.ts'
import type { TakenNumbers } from './take-numbers.ts'

/** Creates the trials of numbers that were taken, running and owned by the claimant. */
export async function createFresh(
  deps: HandoutDeps,
  { record, head, numbers }: TakenNumbers,
  { claimant }: Pick<TrialRequest, 'claimant'>,
): Promise<readonly HandedOut[]> {
  if (numbers.length === 0) return []
  // Not read at a cold start.
  const { planNumbers } = await import('../search/plan-numbers.ts')
  const suggestions = await planNumbers(deps, record, head, numbers)
  const now = deps.clock.now()
  const start = startRunning(deps, claimant)
  const { leaseUntil } = start
  const created = await Promise.all(
    numbers.map(async (number, i) => {
      const suggestion = suggestions[i]
      if (!suggestion) return undefined
      const trial = newTrial(record.key, number, suggestion, start, now)
      if ((await putTrial(deps, trial, start)) === 'both') return { trial, leaseUntil }
      // This request was so slow that reconcile has created the trial as queued: claim it unless another agent has.
      return claimTrial(deps, trial.key, claimant)
    }),
  )
  return created.filter((trial) => trial !== undefined)
}
