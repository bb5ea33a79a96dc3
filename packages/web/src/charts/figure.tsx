import { Download } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { downloadFile } from '../ui/download-file.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { canvasSurface } from './canvas-surface.ts'
import type { Surface } from './surface.ts'
import { svgSurface } from './svg-surface.ts'
import { type Theme, useTheme } from './theme.ts'

export interface Size {
  readonly width: number
  readonly height: number
}
/** Draws one layer; called again when the function, the size or the theme changes. */
export type Draw = (surface: Surface, size: Size, theme: Theme) => void

interface Props {
  readonly title: string
  /** One line under the title. */
  readonly hint?: ReactNode
  /** Accessible name of the chart. */
  readonly summary: string
  readonly height: number
  /** The chart scrolls below this width. */
  readonly minWidth?: number
  /** Scrolls to the right end at first. */
  readonly scrollToEnd?: boolean
  /** From bottom to top; the layers that change most often last. */
  readonly layers: readonly Draw[]
  /** Overlay for pointer and keyboard input. */
  readonly children?: (size: Size) => ReactNode
  readonly tools?: ReactNode
  readonly className?: string
  /** Shown instead of the chart. */
  readonly empty?: ReactNode
}

const PNG_SCALE = 2

/** A card with a layered canvas chart and an export menu (PNG, SVG). */
export function Figure({
  title,
  hint,
  summary,
  height,
  minWidth = 0,
  scrollToEnd = false,
  layers,
  children,
  tools,
  className = '',
  empty,
}: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const theme = useTheme()
  const titleId = useId()
  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    // Rounded like the observer below, to avoid a second render.
    setWidth(Math.floor(element.getBoundingClientRect().width))
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const drawn = useDrawn(layers, frame)
  useLayoutEffect(() => {
    if (scrollToEnd && width > 0 && frame.current) frame.current.scrollLeft = frame.current.scrollWidth
  }, [scrollToEnd, width])
  const size = { width: Math.max(width, minWidth), height }
  const drawAll = (surface: Surface) => {
    for (const draw of layers) draw(surface, size, theme)
  }
  const name = title.replaceAll(/[^\w.-]+/g, '-')
  const saveSvg = () => {
    const surface = svgSurface(size.width, size.height, theme.surface)
    drawAll(surface)
    downloadFile(`${name}.svg`, new Blob([surface.svg()], { type: 'image/svg+xml' }))
  }
  const savePng = () => {
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d')
    if (!context) return
    canvas.width = size.width * PNG_SCALE
    canvas.height = size.height * PNG_SCALE
    context.scale(PNG_SCALE, PNG_SCALE)
    context.fillStyle = theme.surface
    context.fillRect(0, 0, size.width, size.height)
    drawAll(canvasSurface(context))
    canvas.toBlob((blob) => blob && downloadFile(`${name}.png`, blob))
  }
  return (
    <section className={`card figure ${className}`} aria-labelledby={titleId}>
      <header>
        <div className="title">
          <h2 id={titleId}>{title}</h2>
          {hint !== undefined && <p className="hint">{hint}</p>}
        </div>
        <div className="tools">
          {tools}
          {empty === undefined && (
            <Menu label={`Save ${title}`} icon={<Download size={16} aria-hidden="true" />}>
              <MenuItem onSelect={savePng}>Save as PNG</MenuItem>
              <MenuItem onSelect={saveSvg}>Save as SVG</MenuItem>
            </Menu>
          )}
        </div>
      </header>
      <div className="plot" ref={frame} style={{ minHeight: empty === undefined ? height : undefined }}>
        {empty ?? (
          <div
            className="layers"
            role="img"
            aria-label={summary}
            style={{ width: size.width || '100%', height }}
          >
            {size.width > 0 &&
              Object.entries(drawn).map(([index, draw]) => (
                <Layer key={index} draw={draw} {...size} theme={theme} />
              ))}
          </div>
        )}
        {empty === undefined && size.width > 0 && children && (
          <div className="overlay" style={{ width: size.width, height }}>
            {children(size)}
          </div>
        )}
      </div>
    </section>
  )
}

/** A chart is drawn this far beyond the viewport. */
const DRAWN_MARGIN = '300px'

/** Of a chart off screen the layers as they were: while a brush moves, only what is seen is drawn. */
function useDrawn(layers: readonly Draw[], frame: RefObject<HTMLElement | null>): readonly Draw[] {
  const last = useRef(layers)
  const [visible, setVisible] = useState(true)
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries[entries.length - 1]?.isIntersecting ?? true),
      { rootMargin: DRAWN_MARGIN },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])
  if (visible) last.current = layers
  return last.current
}

function Layer({ draw, width, height, theme }: Size & { draw: Draw; theme: Theme }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const ratio = Math.min(2, devicePixelRatio || 1)
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (element.width !== pixelWidth) element.width = pixelWidth
    if (element.height !== pixelHeight) element.height = pixelHeight
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    draw(canvasSurface(context), { width, height }, theme)
  }, [draw, width, height, theme])
  return <canvas ref={canvas} style={{ width, height }} />
}
