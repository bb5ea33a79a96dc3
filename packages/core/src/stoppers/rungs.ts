/** As in W&B; more than any training reaches for a factor of at least 2. */
const MOST_RUNGS = 100

/** `first`, `first·factor`, `first·factor²`, …, each `cut` to a rung. Ascending, without repetitions. */
export const geometricRungs = (
  first: number,
  factor: number,
  cut: (rung: number) => number,
): readonly number[] => {
  const rungs: number[] = []
  for (let k = 0, rung = first; k < MOST_RUNGS && Number.isFinite(rung); k++, rung *= factor)
    rungs.push(cut(rung))
  return ascending(rungs)
}

/** Sorted, each value once. */
export const ascending = (rungs: readonly number[]): readonly number[] =>
  [...new Set(rungs)].sort((a, b) => a - b)

/**
 * `first` and every integer after it. A named resource (such as tokens) may grow by millions between two
 * values, so its rungs are at least 2% apart.
 */
export const everyValue =
  (first: number, named: boolean) =>
  (amount: number): number => {
    if (amount < first) return first
    return Math.max(Math.floor(amount) + 1, named ? Math.ceil(amount * 1.02) : 0)
  }

/** `first`, then every `interval`; each twice the previous one without an interval. */
export const nextStep = (first: number, interval: number | undefined) => {
  const doubled = geometricRungs(first, 2, (rung) => rung)
  return (amount: number): number | undefined =>
    interval === undefined ? nextOf(doubled, amount) : stepAbove(first, interval, amount)
}

/** The first of `first`, `first + interval`, … that is strictly above `amount`. */
const stepAbove = (first: number, interval: number, amount: number): number => {
  if (amount < first) return first
  const steps = Math.floor((amount - first) / interval) + 1
  const next = first + steps * interval
  return next > amount ? next : amount + interval // the sum may have been rounded down onto `amount`
}

/** The first of the ascending `rungs` that is strictly above `resource`. */
export const nextOf = (rungs: readonly number[], resource: number): number | undefined =>
  rungs.find((rung) => rung > resource)
