import { type Column, numberColumn, type TrialTable } from './trial-table.ts'

/** Rank of the value of each row in percent: the best has 100, the worst 0, equal values have their mean rank. */
export function rankColumn({ value, worstFirst, trials }: TrialTable): Column {
  const ranks = new Float64Array(trials.length).fill(Number.NaN)
  const last = Math.max(1, worstFirst.length - 1)
  for (let from = 0; from < worstFirst.length; ) {
    let to = from
    while (
      to + 1 < worstFirst.length &&
      value.values[worstFirst[to + 1]!] === value.values[worstFirst[from]!]
    )
      to++
    const rank = worstFirst.length === 1 ? 100 : (100 * (from + to)) / 2 / last
    for (let i = from; i <= to; i++) ranks[worstFirst[i]!] = rank
    from = to + 1
  }
  return { ...numberColumn('rank', `rank of ${value.name}, %`, ranks), min: 0, max: 100 }
}
