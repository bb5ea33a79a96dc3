/** Positions of slots in a fixed order of a finite space. Points that a user enqueued before their turn are skipped. */

/** An enqueued point of the space: its position in the order, and how many indices had been filled by then. */
export interface Reserved {
  readonly before: number
  readonly position: number
}

export interface Positions {
  /** The position of the index-th slot. Ask for ascending indices only. */
  readonly of: (index: number) => number
}

/** `reserved` in any order. */
export function positionsOf(reserved: readonly Reserved[]): Positions {
  const events = [...reserved].sort((a, b) => a.before - b.before)
  const skipped: number[] = [] // ascending; all of them effective
  let next = 0
  return {
    of: (index) => {
      while (next < events.length && events[next]!.before <= index) apply(events[next++]!, skipped)
      return positionOf(index, skipped)
    },
  }
}

/** How many of the enqueued points the sampler will skip: the others had been filled already, or were enqueued twice. */
export function skippedCount(reserved: readonly Reserved[]): number {
  const skipped: number[] = []
  for (const event of [...reserved].sort((a, b) => a.before - b.before)) apply(event, skipped)
  return skipped.length
}

function apply({ before, position }: Reserved, skipped: number[]): void {
  const cursor = before === 0 ? -1 : positionOf(before - 1, skipped)
  if (position <= cursor) return
  let at = skipped.length
  while (at > 0 && skipped[at - 1]! > position) at--
  if (at > 0 && skipped[at - 1] === position) return
  skipped.splice(at, 0, position)
}

/** The index-th position that is not skipped. */
function positionOf(index: number, skipped: readonly number[]): number {
  let position = index
  for (const skip of skipped) {
    if (skip > position) break
    position++
  }
  return position
}
