import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'

/** Whether nothing will happen any more: no new trials, and none open. */
export const isOver = (sweep: Pick<SweepBody, 'state' | 'trials'>): boolean =>
  (sweep.state === 'finished' || sweep.state === 'cancelled') && sweep.trials.open === 0

/** Remembers what was told, since the server tells what changed lately again. */
export const newsFilter = () => {
  const told = new Map<number, string>()
  let sweep = ''
  return {
    trial: ({ number, state, attempt, updated_at }: TrialBody): boolean => {
      const now = `${state} ${attempt} ${updated_at}`
      if (told.get(number) === now) return false
      told.set(number, now)
      return true
    },
    sweep: (body: SweepBody): boolean => {
      const before = sweep
      sweep = JSON.stringify(body)
      return sweep !== before
    },
  }
}
