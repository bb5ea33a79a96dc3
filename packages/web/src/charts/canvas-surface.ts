import { rasterizePoints } from './point-sprites.ts'
import { FONT, type Surface } from './surface.ts'

const ALIGN = { start: 'left', middle: 'center', end: 'right' } as const

export function canvasSurface(context: CanvasRenderingContext2D): Surface {
  const font = (size: number, bold = false) => {
    context.font = `${bold ? '600 ' : ''}${size}px ${FONT}`
  }
  return {
    lines: (paths, { color, width, alpha = 1, dash = [] }) => {
      context.strokeStyle = color
      context.lineWidth = width
      context.globalAlpha = alpha
      context.setLineDash([...dash])
      context.lineJoin = 'round'
      // One stroke per path: on the CPU, a single path with thousands of crossings is much slower.
      for (const path of paths) {
        context.beginPath()
        trace(context, path)
        context.stroke()
      }
      context.globalAlpha = 1
      context.setLineDash([])
    },
    area: (path, color, alpha = 1) => {
      context.fillStyle = color
      context.globalAlpha = alpha
      context.beginPath()
      trace(context, path)
      context.closePath()
      context.fill()
      context.globalAlpha = 1
    },
    circles: (centers, radius, { fill, stroke, alpha = 1, width = 1 }) => {
      context.globalAlpha = alpha
      context.beginPath()
      for (const [x, y] of centers) {
        context.moveTo(x + radius, y)
        context.arc(x, y, radius, 0, 2 * Math.PI)
      }
      if (fill) {
        context.fillStyle = fill
        context.fill()
      }
      if (stroke) {
        context.strokeStyle = stroke
        context.lineWidth = width
        context.stroke()
      }
      context.globalAlpha = 1
    },
    points: (points) => {
      if (points.groups.every(({ centers }) => centers.length === 0)) return
      const { width, height } = context.canvas
      const scale = context.getTransform().a
      const buffer = document.createElement('canvas')
      Object.assign(buffer, { width, height })
      const pixels = rasterizePoints(width, height, scale, points)
      buffer.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
      context.globalAlpha = points.alpha ?? 1
      context.drawImage(buffer, 0, 0, width / scale, height / scale)
      context.globalAlpha = 1
    },
    rect: (x, y, width, height, { fill, stroke, alpha = 1 }) => {
      context.globalAlpha = alpha
      if (fill) {
        context.fillStyle = fill
        context.fillRect(x, y, width, height)
      }
      if (stroke) {
        context.strokeStyle = stroke
        context.lineWidth = 1
        context.strokeRect(x, y, width, height)
      }
      context.globalAlpha = 1
    },
    text: (x, y, text, { color, size, bold, align = 'start', baseline = 'middle', halo }) => {
      font(size, bold)
      context.textAlign = ALIGN[align]
      context.textBaseline = baseline
      if (halo) {
        context.strokeStyle = halo
        context.lineWidth = 4
        context.lineJoin = 'round'
        context.strokeText(text, x, y)
      }
      context.fillStyle = color
      context.fillText(text, x, y)
    },
    measure: (text, size, bold) => {
      font(size, bold)
      return context.measureText(text).width
    },
    clip: (x, y, width, height, draw) => {
      context.save()
      context.beginPath()
      context.rect(x, y, width, height)
      context.clip()
      draw()
      context.restore()
    },
  }
}

function trace(context: CanvasRenderingContext2D, path: ArrayLike<number>): void {
  let pen = false
  for (let i = 0; i + 1 < path.length; i += 2) {
    const x = path[i]!
    const y = path[i + 1]!
    // NaN is a gap.
    if (!(Number.isFinite(x) && Number.isFinite(y))) pen = false
    else if (pen) context.lineTo(x, y)
    else {
      context.moveTo(x, y)
      pen = true
    }
  }
}
