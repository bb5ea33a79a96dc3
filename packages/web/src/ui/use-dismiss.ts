import { type RefObject, useEffect } from 'react'

/** Calls `onAway` for a press outside of the element while it is open. */
export function useDismiss(box: RefObject<HTMLElement | null>, open: boolean, onAway: () => void): void {
  useEffect(() => {
    if (!open) return
    const away = (event: PointerEvent) => box.current?.contains(event.target as Node) || onAway()
    document.addEventListener('pointerdown', away)
    return () => document.removeEventListener('pointerdown', away)
  })
}
