/** A copy of a record without these fields. */
export function without<T extends object, K extends keyof T>(record: T, names: readonly K[]): Omit<T, K> {
  const kept: Partial<T> = { ...record }
  for (const name of names) delete kept[name]
  return kept as Omit<T, K>
}
