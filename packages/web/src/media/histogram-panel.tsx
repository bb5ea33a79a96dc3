import type { MediaKey } from '@chimney/core/schema/api/media'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { type Draw, Figure } from '../charts/figure.tsx'
import { numberScale } from '../charts/scale.ts'
import { formatNumber } from '../model/format.ts'
import { rebinned } from './histogram-bins.ts'
import { getMediaRows } from './media-endpoints.ts'
import { type Bins, binsOf } from './media-value.ts'

/** Of so many steps a run's histograms are read in one request; of more, these are sampled. */
const MAX_READ = 400
const SAMPLED = 48
const BINS = 48
const HEIGHT = 260
const EDGE = { left: 56, right: 12, top: 8, bottom: 24 }

interface Column {
  readonly step: number
  readonly bins: Bins
}

/** Left: how the values are spread over the steps, darker is more. Right: the histogram of one step. */
export function HistogramPanel({ at, item, step }: { at: RunAt; item: MediaKey; step: number }) {
  const { data: columns } = useQuery({
    queryKey: ['histograms', at.entity, at.project, at.run, item.key, item.indices.length],
    queryFn: () => readColumns(at, item),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  })
  const chosen = columns?.findLast((column) => column.step <= step) ?? columns?.[0]
  const range = useMemo(() => rangeOf(columns ?? []), [columns])
  const map = useCallback<Draw>(
    (surface, { width, height }, theme) => {
      if (!columns || !range) return
      const y = numberScale(range, false, 5)
      const [plotWidth, plotHeight] = [width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom]
      const columnWidth = plotWidth / columns.length
      const top = (value: number) => EDGE.top + (1 - y.at(value)) * plotHeight
      const binSize = (range.max - range.min) / BINS
      for (const [i, { bins }] of columns.entries()) {
        const counts = rebinned(bins, range.min, range.max, BINS)
        const most = Math.max(...counts)
        for (const [bin, count] of counts.entries()) {
          if (count <= 0) continue
          const shade = Math.min(theme.ramp.length - 1, Math.floor((count / most) * theme.ramp.length))
          const upper = top(range.min + (bin + 1) * binSize)
          surface.rect(
            EDGE.left + i * columnWidth,
            upper,
            columnWidth + 0.5,
            top(range.min + bin * binSize) - upper + 0.5,
            { fill: theme.ramp[shade] ?? theme.accent },
          )
        }
      }
      const text = { color: theme.muted, size: 11.5 }
      for (const tick of y.ticks)
        surface.text(EDGE.left - 6, top(tick.value), tick.text, { ...text, align: 'end', baseline: 'middle' })
      const bottom = { ...text, baseline: 'bottom' as const }
      const last = columns.at(-1)!.step
      surface.text(EDGE.left, height - 4, `step ${columns[0]!.step}`, bottom)
      if (columns.length > 1)
        surface.text(width - EDGE.right, height - 4, String(last), { ...bottom, align: 'end' })
    },
    [columns, range],
  )
  const marker = useCallback<Draw>(
    (surface, { width, height }, theme) => {
      if (!columns || !chosen) return
      const columnWidth = (width - EDGE.left - EDGE.right) / columns.length
      const x = EDGE.left + columns.indexOf(chosen) * columnWidth
      surface.rect(x, EDGE.top, columnWidth, height - EDGE.top - EDGE.bottom, { stroke: theme.hover })
    },
    [columns, chosen],
  )
  const bars = useCallback<Draw>(
    (surface, { width, height }, theme) => {
      if (!chosen) return
      const { edges, counts } = chosen.bins
      const [plotWidth, plotHeight] = [width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom]
      const x = numberScale({ min: edges[0]!, max: edges.at(-1)! }, false, 5)
      const most = Math.max(1, ...counts)
      const left = (value: number) => EDGE.left + x.at(value) * plotWidth
      for (const [i, count] of counts.entries()) {
        const size = (count / most) * plotHeight
        const from = left(edges[i]!)
        surface.rect(from, EDGE.top + plotHeight - size, Math.max(1, left(edges[i + 1]!) - from - 1), size, {
          fill: theme.accent,
        })
      }
      const text = { color: theme.muted, size: 11.5 }
      for (const tick of x.ticks)
        surface.text(left(tick.value), height - 4, tick.text, {
          ...text,
          align: 'middle',
          baseline: 'bottom',
        })
      surface.text(EDGE.left - 6, EDGE.top, formatNumber(most), { ...text, align: 'end', baseline: 'top' })
      surface.text(EDGE.left - 6, EDGE.top + plotHeight, '0', { ...text, align: 'end', baseline: 'bottom' })
    },
    [chosen],
  )
  const maps = useMemo(() => [map, marker], [map, marker])
  const barLayers = useMemo(() => [bars], [bars])
  if (!columns) return <div className="skeleton" style={{ height: HEIGHT }} aria-hidden="true" />
  if (columns.length === 0 || !chosen || !range)
    return <p className="muted">No histogram that can be drawn.</p>
  const spread = `from ${formatNumber(range.min)} to ${formatNumber(range.max)}`
  const sampled =
    columns.length < item.steps.length ? `, ${columns.length} of ${item.steps.length} steps` : ''
  return (
    <div className="multiples two">
      <Figure
        title={`${item.key} over steps`}
        hint={`darker is more${sampled}`}
        summary={`Values of ${item.key} over ${columns.length} steps, ${spread}`}
        height={HEIGHT}
        layers={maps}
      />
      <Figure
        title={`${item.key} at step ${chosen.step}`}
        summary={`Histogram of ${item.key} at step ${chosen.step}: ${chosen.bins.counts.length} bins, ${formatNumber(sum(chosen.bins.counts))} values`}
        height={HEIGHT}
        layers={barLayers}
      />
    </div>
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

async function readColumns(at: RunAt, { key, indices }: MediaKey): Promise<readonly Column[]> {
  const [first = 0, last = 0] = [indices[0], indices.at(-1)]
  const rows =
    indices.length <= MAX_READ
      ? await getMediaRows(at, { from: first, to: last }, key)
      : (
          await Promise.all(
            Array.from({ length: SAMPLED }, (_, i) => {
              const index = indices[Math.round((i * (indices.length - 1)) / (SAMPLED - 1))]!
              return getMediaRows(at, { from: index, to: index }, key)
            }),
          )
        ).flat()
  return rows.flatMap((row) => {
    const bins = binsOf(row[key])
    return bins ? [{ step: row._step, bins }] : []
  })
}

function rangeOf(columns: readonly Column[]): { min: number; max: number } | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { bins } of columns) {
    min = Math.min(min, bins.edges[0]!)
    max = Math.max(max, bins.edges.at(-1)!)
  }
  if (min > max) return undefined
  return min === max ? { min: min - 0.5, max: max + 0.5 } : { min, max }
}
