/** Requests at the same time; more only wait in the connection pool. */
const PARALLEL = 8

/** Works on all items, several at a time; rejects with the first failure. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker))
}

/** As `inParallel`, with the results in the order of the items. */
export async function mapInParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  await inParallel([...items.entries()], async ([at, item]) => {
    results[at] = await work(item)
  })
  return results
}
