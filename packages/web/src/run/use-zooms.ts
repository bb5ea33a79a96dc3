import { setSearchParams, useLocation } from '../app/location.ts'
import type { Zoom } from '../charts/line-chart-draw.ts'

/** Zooms by chart, kept in the URL: `zoom=loss~100~200,val%2Floss~0~50`. */
export function useZooms(): {
  readonly zoomOf: (chart: string) => Zoom | undefined
  readonly setZoom: (chart: string, zoom: Zoom | undefined) => void
} {
  const { query } = useLocation()
  const zooms = parseZooms(query.get('zoom') ?? '')
  return {
    zoomOf: (chart) => zooms.get(chart),
    setZoom: (chart, zoom) => {
      const next = new Map(zooms)
      if (zoom) next.set(chart, zoom)
      else next.delete(chart)
      setSearchParams({ zoom: zoomsText(next) })
    },
  }
}

export function parseZooms(text: string): Map<string, Zoom> {
  const zooms = new Map<string, Zoom>()
  for (const part of text.split(',')) {
    const [name = '', low, high] = part.split('~')
    const zoom = [Number(low), Number(high)] as const
    if (!low || !high || !zoom.every(Number.isFinite) || zoom[0] >= zoom[1]) continue
    try {
      zooms.set(decodeURIComponent(name), zoom)
    } catch {
      // Malformed percent-encoding in an edited URL.
    }
  }
  return zooms
}

export const zoomsText = (zooms: ReadonlyMap<string, Zoom>): string =>
  [...zooms]
    .map(
      ([name, zoom]) =>
        `${encodeURIComponent(name).replaceAll('~', '%7E')}~${zoom.map((end) => Number(end.toPrecision(8))).join('~')}`,
    )
    .join(',')
