import { type ReactNode, useEffect, useRef, useState } from 'react'

/**
 * Renders its children once they are less than 500 px below the viewport or above it, and keeps them. Above counts too: a link,
 * a filter or a quick scroll may jump past the placeholder without it ever intersecting the viewport.
 */
const ROOT_MARGIN = '1000000px 0px 500px 0px'

export function RenderWhenVisible({ height, children }: { height: number; children: ReactNode }) {
  const placeholder = useRef<HTMLDivElement>(null)
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const element = placeholder.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setVisible(true)
      },
      { rootMargin: ROOT_MARGIN },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return visible ? children : <div ref={placeholder} aria-busy="true" style={{ minHeight: height }} />
}
