import {
  createContext,
  type ReactNode,
  type RefObject,
  startTransition,
  useContext,
  useEffect,
  useState,
} from 'react'

type Listener = (axis: string, x: number | undefined) => void

/** Where the pointer is on the x axis of one of the charts of a page. */
class Cursor {
  readonly #listeners = new Set<Listener>()
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  move(axis: string, x: number | undefined, from: Listener | undefined): void {
    for (const listener of this.#listeners) if (listener !== from) listener(axis, x)
  }
}

const CursorContext = createContext<Cursor | undefined>(undefined)

/** The charts in it with the same x axis show their values where the pointer is in one of them. */
export function SharedCursor({ children }: { children: ReactNode }) {
  const [cursor] = useState(() => new Cursor())
  return <CursorContext value={cursor}>{children}</CursorContext>
}

const isOnScreen = (element: HTMLElement): boolean => {
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}

/** The position of the cursor, and its setter for the chart that the pointer is in. Charts off screen do not follow. */
export function useCursor(
  axis: string,
  plot: RefObject<HTMLElement | null>,
): readonly [number | undefined, (x: number | undefined) => void] {
  const cursor = useContext(CursorContext)
  const [at, setAt] = useState<number>()
  const [listener] = useState(() => ({ current: undefined as Listener | undefined }))
  useEffect(() => {
    const follow: Listener = (moved, x) => {
      if (moved !== axis || (x !== undefined && !(plot.current && isOnScreen(plot.current)))) return
      // The chart under the pointer is drawn first.
      startTransition(() => setAt(x))
    }
    listener.current = follow
    return cursor?.subscribe(follow)
  }, [axis, cursor, plot, listener])
  const move = (x: number | undefined) => {
    setAt(x)
    cursor?.move(axis, x, listener.current)
  }
  return [at, move]
}
