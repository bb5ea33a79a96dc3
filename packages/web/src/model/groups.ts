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

/** Min, mean and max of the finite values of the rows; undefined when there are none. */
export function spreadOf(
  rows: readonly number[],
  values: ArrayLike<number>,
): { readonly min: number; readonly mean: number; readonly max: number } | undefined {
  const known = rows.map((row) => values[row]!).filter(Number.isFinite)
  if (known.length === 0) return undefined
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const value of known) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
  }
  return { min, mean: sum / known.length, max }
}
