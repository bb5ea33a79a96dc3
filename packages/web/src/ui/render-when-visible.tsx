import { type ReactNode, useEffect, useRef, useState } from 'react'

/** Renders its children once they come near the window, so that a long page begins quickly. Keeps them then. */
export function Deferred({ height, children }: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
      },
      { rootMargin: '500px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return near ? children : <div ref={place} style={{ minHeight: height }} />
}
