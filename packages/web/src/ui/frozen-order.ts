import { useMemo, useRef, useState } from 'react'

/**
 * Keeps rows where they are while somebody points at them: news come in at the end, and go to their place when the pointer
 * leaves. `idOf` tells rows apart, `view` names how they are sorted and searched; another view is shown at once.
 */
export function useFrozenOrder(
  rows: readonly number[],
  idOf: (row: number) => string,
  view: string,
): { rows: readonly number[]; hold: (on: boolean) => void } {
  const [held, setHeld] = useState(false)
  const last = useRef<{ readonly view: string; readonly ids: readonly string[] }>(undefined)
  const shown = useMemo(() => {
    const before = last.current
    if (!held || before?.view !== view) {
      last.current = { view, ids: rows.map(idOf) }
      return rows
    }
    return reorderByIds(before.ids, rows, idOf)
  }, [rows, idOf, view, held])
  return { rows: shown, hold: setHeld }
}

/** The rows in the order of the ids; those that no id stands for come last, as they were. */
export function reorderByIds(
  ids: readonly string[],
  rows: readonly number[],
  idOf: (row: number) => string,
): readonly number[] {
  const places = new Map(ids.map((id, place) => [id, place]))
  return rows
    .map((row) => ({ row, place: places.get(idOf(row)) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => (a.place === b.place ? 0 : a.place - b.place))
    .map(({ row }) => row)
}
