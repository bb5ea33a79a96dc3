import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getHistory, type HistoryRow, type RunAt } from '../api/endpoints.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { type ChartSettings, PLAIN } from '../charts/chart-settings.ts'
import { LineChart } from '../charts/line-chart.tsx'
import type { Series, Zoom } from '../charts/line-chart-draw.ts'
import { useTheme } from '../charts/theme.ts'
import { useChartSettings } from '../charts/use-chart-settings.ts'
import { RenderWhenVisible } from '../ui/render-when-visible.tsx'
import { usePins } from '../views/pin-menu.tsx'
import { histories, indexRange, type MetricHistory, sectionsOf, withPinned } from './histories.ts'
import { useZooms } from './use-zooms.ts'

interface Props {
  readonly at: RunAt
  readonly series: 'metrics' | 'system'
  readonly curves: readonly MetricHistory[]
  /** The rows of the curves, as far as they were sampled. */
  readonly rows: readonly HistoryRow[]
  readonly samples: number
  readonly x: string
  /** Of the charts without own settings. */
  readonly defaults?: ChartSettings
}

/** Of a card with a chart: nothing moves when it is drawn. */
const CARD_PX = 320

/** Charts in sections by the prefix of their names. */
export function RunCharts(props: Props) {
  const { query } = useLocation()
  const pins = usePins().join('\n')
  const sections = useMemo(
    () => withPinned(sectionsOf(props.curves), props.series === 'metrics' ? pins.split('\n') : []),
    [props.curves, props.series, pins],
  )
  const closed = new Set(query.get('closed')?.split(',').filter(Boolean))
  if (sections.length < 2) return <Grid {...props} />
  const toggle = (name: string, open: boolean) => {
    const next = new Set(closed)
    if (open) next.delete(name)
    else next.add(name)
    setSearchParams({ closed: [...next].join(',') })
  }
  return sections.map(({ name, items }) => {
    const key = encodeURIComponent(name === '' ? '/' : name)
    return (
      <details
        key={key}
        className="chart-section"
        open={!closed.has(key)}
        onToggle={(event) => {
          if (event.currentTarget.open === closed.has(key)) toggle(key, event.currentTarget.open)
        }}
      >
        <summary>
          <h2>{name === '' ? 'Charts' : name}</h2> <span className="muted">{items.length}</span>
        </summary>
        {!closed.has(key) && <Grid {...props} curves={items} />}
      </details>
    )
  })
}

function Grid({ curves, ...shared }: Props) {
  return (
    <div className="multiples two">
      {curves.map((curve) => (
        <RenderWhenVisible key={curve.name} height={CARD_PX}>
          <RunChart {...shared} curve={curve} />
        </RenderWhenVisible>
      ))}
    </div>
  )
}

/** Of as many charts as a run has metrics, before its history is there. */
export const ChartPlaceholders = ({ count }: { count: number }) => (
  <div className="multiples two" aria-hidden="true">
    {Array.from({ length: count }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are alike
      <div key={i} className="card skeleton" style={{ height: CARD_PX }} />
    ))}
  </div>
)

function RunChart({
  at,
  series,
  curve,
  rows,
  samples,
  x,
  defaults = PLAIN,
}: Omit<Props, 'curves'> & { readonly curve: MetricHistory }) {
  const theme = useTheme()
  const { zoomOf, setZoom } = useZooms()
  const { settingsOf, setSettings } = useChartSettings(defaults)
  const { name } = curve
  const zoom = zoomOf(name)
  const detail = useDetail({ at, series, name, rows, samples, x, zoom })
  const lines = useMemo((): Series[] => {
    const { name: label, ...points } = detail ?? curve
    return [{ id: name, label, color: theme.series[0] ?? theme.accent, ...points }]
  }, [curve, detail, name, theme])
  return (
    <LineChart
      title={name}
      curves={lines}
      xName={x === 'time' ? 'seconds' : x}
      settings={settingsOf(name)}
      onSettings={(change) => setSettings(name, change)}
      zoom={zoom}
      onZoom={(range) => setZoom(name, range)}
    />
  )
}

/** The rows of a zoomed range, when the whole run is shown by samples. */
function useDetail({
  at,
  series,
  name,
  rows,
  samples,
  x,
  zoom,
}: Pick<Props, 'at' | 'series' | 'rows' | 'samples' | 'x'> & { name: string; zoom: Zoom | undefined }) {
  const sampled = useMemo(() => rows.some((row) => row._low !== undefined), [rows])
  const range = zoom && sampled ? indexRange(rows, x, zoom) : undefined
  // Names with commas cannot be asked for one by one.
  const names = x === 'step' || x === 'time' ? [name] : [name, x]
  const keys = names.some((each) => each.includes(',')) ? {} : { keys: names.join(',') }
  const { data } = useQuery({
    queryKey: ['detail', at.entity, at.project, at.run, series, name, x, range],
    queryFn: () => getHistory(at, series, samples, { from: range![0], to: range![1], ...keys }),
    enabled: range !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const start = rows[0]?._timestamp
  return useMemo(
    () => (range && data ? histories(data, x, start).find((each) => each.name === name) : undefined),
    [range, data, x, start, name],
  )
}
