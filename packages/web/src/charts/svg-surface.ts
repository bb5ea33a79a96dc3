import { FONT, type Surface } from './surface.ts'

const BASELINES = { top: 'hanging', middle: 'central', bottom: 'text-after-edge' } as const

/** Renders to an SVG document with a background. */
export function svgSurface(width: number, height: number, background: string): Surface & { svg(): string } {
  const parts: string[] = []
  let clips = 0
  return {
    lines: (paths, { color, width: stroke, alpha = 1, dash = [] }) => {
      const d = paths.map(trace).join('')
      if (d === '') return
      const dashed = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''
      parts.push(
        `<path d="${d}" fill="none" stroke="${color}" stroke-width="${stroke}" stroke-linejoin="round" opacity="${alpha}"${dashed}/>`,
      )
    },
    area: (path, color, alpha = 1) =>
      parts.push(`<path d="${trace(path)}Z" fill="${color}" opacity="${alpha}"/>`),
    circles: (centers, radius, { fill = 'none', stroke = 'none', alpha = 1, width: line = 1 }) => {
      for (const [x, y] of centers)
        parts.push(
          `<circle cx="${rounded(x)}" cy="${rounded(y)}" r="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${line}" opacity="${alpha}"/>`,
        )
    },
    points: ({ groups, radius, ring, alpha = 1 }) => {
      parts.push(`<g opacity="${alpha}" stroke-linecap="round">`)
      for (const { centers, color } of groups) {
        // Zero-length strokes with round caps are discs.
        const d = centers.map((at, i) => (i % 2 === 0 ? `M${rounded(at)} ` : `${rounded(at)}h0`)).join('')
        if (d === '') continue
        const disc = (fill: string, wide: number) =>
          `<path d="${d}" stroke="${fill}" stroke-width="${rounded(wide)}"/>`
        if (ring) parts.push(disc(ring.color, 2 * radius + ring.width))
        parts.push(disc(color, 2 * radius - (ring?.width ?? 0)))
      }
      parts.push('</g>')
    },
    rect: (x, y, w, h, { fill = 'none', stroke = 'none', alpha = 1 }) =>
      parts.push(
        `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(w)}" height="${rounded(h)}" fill="${fill}" stroke="${stroke}" opacity="${alpha}"/>`,
      ),
    text: (x, y, text, { color, size, bold = false, align = 'start', baseline = 'middle' }) =>
      parts.push(
        `<text x="${rounded(x)}" y="${rounded(y)}" fill="${color}" font-size="${size}"${bold ? ' font-weight="600"' : ''} text-anchor="${align}" dominant-baseline="${BASELINES[baseline]}">${escapeXml(text)}</text>`,
      ),
    // An estimate, sufficient for labels.
    measure: (text, size) => text.length * size * 0.56,
    clip: (x, y, w, h, draw) => {
      clips += 1
      parts.push(
        `<clipPath id="c${clips}"><rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(w)}" height="${rounded(h)}"/></clipPath><g clip-path="url(#c${clips})">`,
      )
      draw()
      parts.push('</g>')
    },
    svg: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(FONT)}"><rect width="${width}" height="${height}" fill="${background}"/>${parts.join('')}</svg>`,
  }
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100)

function trace(path: ArrayLike<number>): string {
  let d = ''
  let pen = false
  for (let i = 0; i + 1 < path.length; i += 2) {
    const x = path[i]!
    const y = path[i + 1]!
    if (!(Number.isFinite(x) && Number.isFinite(y))) pen = false
    else {
      d += `${pen ? 'L' : 'M'}${rounded(x)} ${rounded(y)}`
      pen = true
    }
  }
  return d
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
