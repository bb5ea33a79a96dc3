import type { Observation } from '../sampler.ts'

/** All constraints hold, or there are none. */
export const isFeasible = ({ violation }: Pick<Observation, 'violation'>): boolean => !(violation! > 0)

/**
 * Losses by which any trial that keeps the constraints is better than any that does not, and among those the one that is less
 * off is better: the rules of Deb 2000, "An efficient constraint handling method for genetic algorithms", §3. As long as no
 * trial keeps them, how far they are off is all that counts.
 */
export function constrainedLosses(
  observations: readonly Pick<Observation, 'violation' | 'slacks'>[],
  losses: readonly number[],
): readonly number[] {
  const feasible = losses.filter((_, i) => isFeasible(observations[i]!))
  if (feasible.length === losses.length) return losses
  const violations = comparable(observations)
  // Trials with an unknown violation count as worst.
  const most = violations.filter(Number.isFinite).reduce((top, violation) => Math.max(top, violation), 0)
  const offBy = violations.map((violation) => (Number.isFinite(violation) ? violation : 2 * most + 1))
  if (feasible.length === 0) return offBy
  const worst = feasible.reduce((top, loss) => Math.max(top, loss))
  const best = feasible.reduce((least, loss) => Math.min(least, loss))
  // Steps of the same size as the losses have, so that no arbitrary scale is introduced.
  const unit = worst > best ? worst - best : Math.max(1, Math.abs(worst))
  const scale = Math.max(...offBy, Number.MIN_VALUE)
  return losses.map((loss, i) =>
    isFeasible(observations[i]!) ? loss : worst + unit * (0.01 + offBy[i]! / scale),
  )
}

/**
 * Violations in which each bound counts in units of the median of how far it was missed. Without slacks, the totals that
 * were stored.
 */
function comparable(observations: readonly Pick<Observation, 'violation' | 'slacks'>[]): readonly number[] {
  const count = observations[0]?.slacks?.length
  if (count === undefined || !observations.every(({ slacks }) => slacks?.length === count))
    return observations.map(({ violation = 0 }) => violation)
  const units = Array.from({ length: count }, (_, k) => {
    const missed = observations.map(({ slacks }) => slacks![k]!).filter((slack) => slack > 0)
    const finite = missed.filter(Number.isFinite).sort((a, b) => a - b)
    return finite[finite.length >> 1] ?? 1
  })
  return observations.map(({ slacks }) =>
    slacks!.reduce((sum, slack, k) => sum + (slack > 0 ? slack / units[k]! : 0), 0),
  )
}
