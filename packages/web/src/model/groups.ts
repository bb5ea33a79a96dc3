/** Rows with the same value. */
export interface Group {
  readonly name: string
  readonly rows: readonly number[]
}

/** Groups rows by `of(row)`, in order of first occurrence. */
export function groupsOf(rows: readonly number[], of: (row: number) => string): Group[] {
  const groups = new Map<string, number[]>()
  for (const row of rows) {
    const name = of(row)
    const known = groups.get(name)
    if (known) known.push(row)
    else groups.set(name, [row])
  }
  return [...groups].map(([name, members]) => ({ name, rows: members }))
}

export interface Spread {
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
  /** Sample standard deviation; 0 for one value. */
  readonly deviation: number
}

/** Of the finite values of the rows; undefined when there are none. */
export function spreadOf(rows: readonly number[], values: ArrayLike<number>): Spread | undefined {
  return spreadBy(rows, (row) => values[row])
}

export function spreadBy(rows: readonly number[], of: (row: number) => unknown): Spread | undefined {
  let [count, min, max, mean, squares] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
  for (const row of rows) {
    const value = of(row)
    if (typeof value !== 'number' || !Number.isFinite(value)) continue
    count++
    min = Math.min(min, value)
    max = Math.max(max, value)
    // Welford 1962: exact for values that differ little from their mean.
    const distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
  }
  if (count === 0) return undefined
  return { count, min, mean, max, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 }
}
