import type { RungCount } from '@chimney/core/schema/api/curves'
import type { Deps } from '../../deps.ts'
import { objectiveOf } from '../../runs/history/objective.ts'
import type { SweepRecord } from '../../store/sweeps.ts'

/** Read units of a rung; enough for all values of about 4,000 trials. */
const UNITS = 64
const MAX_RUNGS = 30

/** How many trials have a value at each rung. Empty without early termination, and for rules that do not compare trials. */
export async function rungCounts(
  { store }: Pick<Deps, 'store'>,
  { key, config }: SweepRecord,
): Promise<readonly RungCount[]> {
  const stopper = objectiveOf(config)?.stopper
  if (!stopper || stopper.alone) return []
  const counts: RungCount[] = []
  let rung = stopper.nextRung(Number.NEGATIVE_INFINITY)
  while (rung !== undefined && counts.length < MAX_RUNGS) {
    const { values, weight } = await store.listRung(key, rung, UNITS)
    if (values.length === 0) break
    counts.push({ rung, reached: Math.round(values.length * weight) })
    rung = stopper.nextRung(rung)
  }
  return counts
}
