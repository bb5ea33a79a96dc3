import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'

/** Whether the sweep cannot change any more: it ended, and no trial is open. */
export const isOver = (sweep: Pick<SweepBody, 'state' | 'trials'>): boolean =>
  (sweep.state === 'finished' || sweep.state === 'cancelled') && sweep.trials.open === 0

/** Filters repeated changes, because consecutive responses of the server overlap. */
export const changeFilter = () => {
  const lastTrials = new Map<number, string>()
  let lastSweep = ''
  return {
    trial: ({ number, state, attempt, updated_at }: TrialBody): boolean => {
      const version = `${state} ${attempt} ${updated_at}`
      if (lastTrials.get(number) === version) return false
      lastTrials.set(number, version)
      return true
    },
    sweep: (body: SweepBody): boolean => {
      const before = lastSweep
      lastSweep = JSON.stringify(body)
      return lastSweep !== before
    },
  }
}
