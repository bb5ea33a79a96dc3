/** A range of keys in the order of LevelDB. */
export interface Bounds {
  readonly gt?: string
  readonly gte?: string
  readonly lt?: string
  readonly lte?: string
  readonly reverse: boolean
  /** -1: all. */
  readonly limit: number
}

/** The keys of small ranges that were read before. Their items are read one by one, in this thread and mostly from memory. */
export interface KnownRanges {
  /** In the order of the range; undefined when they are not known. */
  keysOf(range: Bounds): readonly string[] | undefined
  /** Called when a scan of the range begins. The result is called with all of its keys; without effect after a write that it may have missed. */
  scan(range: Bounds): (keys: readonly string[]) => void
  /** Called when a write is visible to reads, and before it is acknowledged. */
  wrote(key: string, type: 'put' | 'del'): void
  /** Forgets all ranges that can have the key. */
  forget(key: string): void
}

interface Known {
  readonly range: Bounds
  /** Undefined during the scan. */
  keys?: readonly string[]
}

const MAX_PARTITIONS = 1_000
const MAX_RANGES = 8
/** Of a range that is kept. */
export const SMALL = 8

export function knownRanges(): KnownRanges {
  const partitions = new Map<string, Map<string, Known>>() // the first is the oldest

  const place = (range: Bounds) => {
    const partition = partitionOf(range.gte ?? range.gt ?? '')
    return partition === undefined ? undefined : { partition, id: idOf(range) }
  }

  return {
    keysOf(range) {
      const at = place(range)
      return at && partitions.get(at.partition)?.get(at.id)?.keys
    },
    scan(range) {
      const at = place(range)
      if (!at) return () => {}
      let ranges = partitions.get(at.partition)
      if (!ranges || ranges.size >= MAX_RANGES) {
        ranges = new Map()
        partitions.delete(at.partition)
        partitions.set(at.partition, ranges)
        if (partitions.size > MAX_PARTITIONS) partitions.delete(partitions.keys().next().value!)
      }
      const known: Known = { range }
      ranges.set(at.id, known)
      return (keys) => {
        if (keys.length <= SMALL) known.keys = keys
        else if (ranges.get(at.id) === known) ranges.delete(at.id)
      }
    },
    wrote(key, type) {
      const ranges = partitions.get(partitionOf(key) ?? '')
      if (!ranges) return
      for (const [id, { range, keys }] of ranges) {
        const changes = keys ? keys.includes(key) !== (type === 'put') : true
        if (changes && isInside(key, range)) ranges.delete(id)
      }
    },
    forget(key) {
      partitions.delete(partitionOf(key) ?? '')
    },
  }
}

/** Keys are `PART~HASH/PARTITION/SORT/`. */
function partitionOf(key: string): string | undefined {
  const end = key.indexOf('/', key.indexOf('/') + 1)
  return end < 1 ? undefined : key.slice(0, end)
}

const idOf = ({ gt, gte, lt, lte, reverse, limit }: Bounds): string =>
  `${gt ?? ''}\n${gte ?? ''}\n${lt ?? ''}\n${lte ?? ''}\n${reverse} ${limit}`

const isInside = (key: string, { gt, gte, lt, lte }: Bounds): boolean =>
  (gt === undefined || key > gt) &&
  (gte === undefined || key >= gte) &&
  (lt === undefined || key < lt) &&
  (lte === undefined || key <= lte)
