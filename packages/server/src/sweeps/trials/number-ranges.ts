export interface NumberRange {
  readonly from: number
  /** Inclusive. */
  readonly to: number
}

/** Up to this many other numbers between two are read with them: a second query costs about as much. */
const MAX_GAP = 10

/** Ranges of at most `longest` numbers that contain all of `numbers` (ascending), to read them with few queries. */
export function rangesOf(numbers: readonly number[], longest: number): readonly NumberRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last && number - last.to <= MAX_GAP && number - last.from < longest) last.to = number
    else ranges.push({ from: number, to: number })
  }
  return ranges
}
