import type { MouseEvent, PointerEvent } from 'react'

interface PointerOptions {
  /** The row at a place of the picture. */
  readonly rowAt: (x: number, y: number) => number | undefined
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
  /** Keeps the row when the pointer leaves, as while the keyboard is used. */
  readonly keep?: boolean
}

/**
 * Handlers of the field over a picture: a pointer tells the row under it, and a click opens that row. A finger has no way to
 * point without a tap, so a tap only points; the card that then shows leads to the run.
 */
export function pointerHandlers({ rowAt, hovered, onHover, onOpen, keep = false }: PointerOptions) {
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    onHover(rowAt(event.clientX - box.left, event.clientY - box.top))
  }
  return {
    onPointerDown: point,
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.buttons === 0) point(event)
    },
    onPointerLeave: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== 'touch' && !keep) onHover(undefined)
    },
    onClick: (event: MouseEvent<HTMLElement>) => {
      const { pointerType } = event.nativeEvent as globalThis.PointerEvent
      if (pointerType !== 'touch' && hovered !== undefined) onOpen(hovered)
    },
  }
}
