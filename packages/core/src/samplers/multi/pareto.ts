/** Points in several objectives, each a list of losses: lower is better in every one. */
export type Losses = readonly number[]

/** At least as good everywhere, and better somewhere. */
export function dominates(a: Losses, b: Losses): boolean {
  let better = false
  for (let m = 0; m < a.length; m++) {
    if (a[m]! > b[m]!) return false
    if (a[m]! < b[m]!) better = true
  }
  return better
}

/** Indices of the points that no other point dominates, ascending. Equal points are all among them. */
export function paretoFront(points: readonly Losses[]): readonly number[] {
  // Sorted by all objectives in turn, a point can only be dominated by one before it, and then also by one of the front.
  const order = points.map((_, i) => i).sort((a, b) => compare(points[a]!, points[b]!) || a - b)
  const front: number[] = []
  for (const index of order)
    if (!front.some((other) => dominates(points[other]!, points[index]!))) front.push(index)
  return front.sort((a, b) => a - b)
}

export function compare(a: Losses, b: Losses): number {
  for (let m = 0; m < a.length; m++) {
    // Two infinities have no difference.
    if (a[m]! < b[m]!) return -1
    if (a[m]! > b[m]!) return 1
  }
  return 0
}

/**
 * Rank of each point: 0 for the front, 1 for the front of what is left without it, and so on (Deb et al. 2002). Once `enough`
 * points have a rank, all others get the next one.
 */
export function frontRanks(points: readonly Losses[], enough = points.length): Int32Array {
  const ranks = new Int32Array(points.length)
  let left = points.map((_, i) => i)
  let rank = 0
  for (let ranked = 0; left.length > 0 && ranked < enough; rank++) {
    const front = paretoFront(left.map((index) => points[index]!))
    for (const i of front) ranks[left[i]!] = rank
    ranked += front.length
    const gone = new Set(front)
    left = left.filter((_, i) => !gone.has(i))
  }
  for (const index of left) ranks[index] = rank
  return ranks
}

/**
 * The volume that the points dominate below the reference, at least 0. Points that are not below it in every objective
 * count for nothing. By slices along the last objective (While et al. 2006), in O(n log n) for two objectives.
 */
export function hypervolume(points: readonly Losses[], reference: Losses): number {
  const inside = points.filter((point) => point.every((x, m) => x < reference[m]!))
  return volume(inside, reference, reference.length)
}

/** In the first `count` objectives. */
function volume(points: readonly Losses[], reference: Losses, count: number): number {
  if (points.length === 0) return 0
  if (count === 1) return reference[0]! - Math.min(...points.map((point) => point[0]!))
  const last = count - 1
  const sorted = [...points].sort((a, b) => a[last]! - b[last]!)
  if (count === 2) {
    let total = 0
    let left = reference[0]!
    for (const [i, point] of sorted.entries()) {
      left = Math.min(left, point[0]!)
      total += (reference[0]! - left) * ((sorted[i + 1]?.[1] ?? reference[1]!) - point[1]!)
    }
    return total
  }
  let total = 0
  const slice: Losses[] = []
  for (const [i, point] of sorted.entries()) {
    const upTo = sorted[i + 1]?.[last] ?? reference[last]!
    // Within a slice only the other objectives count, and there only what nothing else dominates.
    const rest = point.slice(0, last)
    if (!slice.some((other) => dominates(other, rest))) {
      for (let k = slice.length - 1; k >= 0; k--) if (dominates(rest, slice[k]!)) slice.splice(k, 1)
      slice.push(rest)
    }
    if (upTo > point[last]!) total += volume(slice, reference, last) * (upTo - point[last]!)
  }
  return total
}

/** How much volume each point adds to all the others, see {@link hypervolume}. */
export function contributions(points: readonly Losses[], reference: Losses): readonly number[] {
  const all = hypervolume(points, reference)
  return points.map((_, i) =>
    Math.max(
      0,
      all -
        hypervolume(
          points.filter((__, other) => other !== i),
          reference,
        ),
    ),
  )
}
