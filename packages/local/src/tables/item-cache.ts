/** The most recently used items of the tables, by key. Values are shared, so callers must not change them. */
export interface ItemCache {
  get(key: string): unknown
  set(key: string, value: unknown, bytes: number): void
  delete(key: string): void
}

/** Keeps items of at most `maxBytes` together, counted as the length of their JSON. */
export function itemCache(maxBytes: number): ItemCache {
  const entries = new Map<string, { readonly value: unknown; readonly bytes: number }>() // the first is the least recently used
  let total = 0
  const remove = (key: string) => {
    total -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, bytes) {
      remove(key)
      entries.set(key, { value, bytes })
      total += bytes
      for (const oldest of entries.keys()) {
        if (total <= maxBytes) return
        remove(oldest)
      }
    },
    delete: remove,
  }
}
