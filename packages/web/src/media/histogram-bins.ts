import type { Bins } from './media-value.ts'

/** Moves the counts of a histogram to even bins from `min` to `max`, each count spread evenly over its bin. */
export function rebinned({ edges, counts }: Bins, min: number, max: number, bins: number): Float64Array {
  const out = new Float64Array(bins)
  const width = (max - min) / bins
  for (const [i, count] of counts.entries()) {
    const [from, to] = [edges[i]!, edges[i + 1]!]
    if (!(count > 0)) continue
    const first = Math.min(bins - 1, Math.max(0, Math.floor((from - min) / width)))
    const last = Math.min(bins - 1, Math.max(0, Math.ceil((to - min) / width) - 1))
    if (first >= last || to <= from) {
      out[first]! += count
      continue
    }
    for (let bin = first; bin <= last; bin++) {
      const overlap = Math.min(to, min + (bin + 1) * width) - Math.max(from, min + bin * width)
      out[bin]! += (count * Math.max(0, overlap)) / (to - from)
    }
  }
  return out
}
