import { useMemo, useRef, useState } from 'react'

/**
 * Freezes the row order while the pointer is on the table: new rows are appended, and sorted in when the pointer leaves.
 * `idOf` identifies rows; `view` is the sort order and search, a change of which applies immediately.
 */
export function useFrozenOrder(
  rows: readonly number[],
  idOf: (row: number) => string,
  view: string,
): { rows: readonly number[]; freeze: (on: boolean) => void } {
  const [frozen, setFrozen] = useState(false)
  const last = useRef<{ readonly view: string; readonly ids: readonly string[] }>(undefined)
  const shown = useMemo(() => {
    const before = last.current
    if (!frozen || before?.view !== view) {
      last.current = { view, ids: rows.map(idOf) }
      return rows
    }
    return reorderByIds(before.ids, rows, idOf)
  }, [rows, idOf, view, frozen])
  return { rows: shown, freeze: setFrozen }
}

/** Rows in the order of `ids`; rows with unknown ids come last. */
export function reorderByIds(
  ids: readonly string[],
  rows: readonly number[],
  idOf: (row: number) => string,
): readonly number[] {
  const positions = new Map(ids.map((id, position) => [id, position]))
  return rows
    .map((row) => ({ row, position: positions.get(idOf(row)) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => (a.position === b.position ? 0 : a.position - b.position))
    .map(({ row }) => row)
}
