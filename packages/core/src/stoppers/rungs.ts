/** As many as W&B's engine makes; far more than a training can reach for any factor that halves or better. */
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

/** The first of the ascending `rungs` that is strictly above `resource`. */
export const nextOf = (rungs: readonly number[], resource: number): number | undefined =>
  rungs.find((rung) => rung > resource)
