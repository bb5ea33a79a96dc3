import type { MouseEvent, PointerEvent } from 'react'

interface PointerOptions {
  /** The row at a position in the chart. */
  readonly rowAt: (x: number, y: number) => number | undefined
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
  /** Keeps the hovered row when the pointer leaves, for keyboard use. */
  readonly keep?: boolean
}

/**
 * Hover and click on a chart: a click opens the run of the hovered row. Touch has no hover, so a tap only selects; the tooltip then
 * links to the run.
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
