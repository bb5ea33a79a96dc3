import type { MediaKey } from '@chimney/core/schema/api/media'
import { useDeferredValue, useMemo, useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { sectionsOf } from '../run/histories.ts'
import { RenderWhenVisible } from '../ui/render-when-visible.tsx'
import { ChartPanel } from './chart-panel.tsx'
import { chartsOf, type RunChart } from './charts-of-run.ts'
import { FilePanel, HtmlPanel, SoundPanel } from './file-panels.tsx'
import { HistogramPanel } from './histogram-panel.tsx'
import type { Labels } from './image-boxes.tsx'
import { ImagePanel } from './image-panel.tsx'
import type { RunMedia } from './media-endpoints.ts'
import { isMedia, kindOf, type MediaKind, panelId } from './media-value.ts'
import { ObjectPanel } from './object-panel.tsx'
import { PlotlyPanel } from './plotly-panel.tsx'
import { TablePanel } from './table-panel.tsx'
import { useMediaRow } from './use-media.ts'

interface Panel {
  readonly name: string
  /** What is shown: for a chart, the key of its table. */
  readonly item: MediaKey
  readonly chart?: RunChart
}

/** What a run logged besides numbers, in sections by the prefix of the names, each with a slider for the step. */
export function MediaPanels({ at, media }: { at: RunAt; media: RunMedia }) {
  const sections = useMemo(() => sectionsOf(panelsOf(media)), [media])
  if (sections.length === 0) return null
  return (
    <>
      <h2 id="media">Media</h2>
      {sections.map(({ name, items }) => (
        <Section key={name} at={at} title={name} panels={items} labels={media.classLabels} />
      ))}
    </>
  )
}

function panelsOf({ keys, charts }: RunMedia): readonly Panel[] {
  const drawn = chartsOf(charts)
  const tables = new Set(drawn.map(({ table }) => table))
  const byKey = new Map(keys.map((item) => [item.key, item]))
  return [
    ...keys.filter(({ key }) => !tables.has(key)).map((item): Panel => ({ name: item.key, item })),
    ...drawn.flatMap((chart): Panel[] => {
      const item = byKey.get(chart.table)
      return item ? [{ name: chart.key, item, chart }] : []
    }),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function Section({
  at,
  title,
  panels,
  labels,
}: {
  at: RunAt
  title: string
  panels: readonly Panel[]
  labels: Labels
}) {
  const steps = useMemo(
    () => [...new Set(panels.flatMap(({ item }) => item.steps))].sort((a, b) => a - b),
    [panels],
  )
  // Undefined follows the newest step.
  const [chosen, setChosen] = useState<number>()
  const position = chosen === undefined ? steps.length - 1 : steps.findLastIndex((step) => step <= chosen)
  const step = steps[Math.max(0, position)]!
  const shown = useDeferredValue(step)
  const label = title === '' ? 'Media' : title
  return (
    <details className="chart-section" open>
      <summary>
        <h3>{label}</h3> <span className="muted">{panels.length}</span>
      </summary>
      {steps.length > 1 && (
        <label className="media-step">
          <span>Step {step}</span>
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={Math.max(0, position)}
            aria-label={`Step of ${label}`}
            aria-valuetext={`step ${step}`}
            onChange={(event) => {
              const next = Number(event.target.value)
              setChosen(next === steps.length - 1 ? undefined : steps[next])
            }}
          />
        </label>
      )}
      <div className="media-grid">
        {panels.map((panel) => (
          <PanelCard key={panel.name} at={at} panel={panel} step={shown} labels={labels} />
        ))}
      </div>
    </details>
  )
}

const WIDE: ReadonlySet<MediaKind> = new Set(['table', 'histogram'])
const PLACEHOLDER_PX = 160

function PanelCard({ at, panel, step, labels }: { at: RunAt; panel: Panel; step: number; labels: Labels }) {
  const { name, item, chart } = panel
  const kind = kindOf(item.types.at(-1) ?? '')
  const place = item.steps.findLastIndex((each) => each <= step)
  const isWide = !chart && WIDE.has(kind)
  return (
    <section className={`card figure${isWide ? ' wide' : ''}`} id={panelId(name)} aria-label={name}>
      <header>
        <h4>{chart?.title ?? name}</h4>
        <p className="hint">{place < 0 ? 'nothing logged yet at this step' : `step ${item.steps[place]}`}</p>
      </header>
      <RenderWhenVisible height={PLACEHOLDER_PX}>
        {kind === 'histogram' ? (
          <HistogramPanel at={at} item={item} step={step} />
        ) : (
          place >= 0 && <PanelBody at={at} panel={panel} index={item.indices[place]!} labels={labels} />
        )}
      </RenderWhenVisible>
    </section>
  )
}

function PanelBody({
  at,
  panel: { name, item, chart },
  index,
  labels,
}: {
  at: RunAt
  panel: Panel
  index: number
  labels: Labels
}) {
  const row = useMediaRow(at, index)
  const value = row.data?.[item.key]
  if (row.error) return <p className="muted">{row.error.message}</p>
  if (!isMedia(value)) return row.isPending ? <div className="skeleton" aria-hidden="true" /> : null
  const props = { at, name, value }
  if (chart) return <ChartPanel {...props} chart={chart} />
  switch (kindOf(value._type)) {
    case 'images':
      return <ImagePanel {...props} labels={labels} />
    case 'table':
      return value.path ? <TablePanel {...props} /> : <FilePanel {...props} />
    case 'html':
      return <HtmlPanel {...props} />
    case 'audio':
    case 'video':
      return <SoundPanel {...props} />
    case 'plotly':
      return <PlotlyPanel {...props} />
    case 'object3D':
      return <ObjectPanel {...props} />
    default:
      return <FilePanel {...props} />
  }
}

/** Where the panel of a value of the summary is, and the last step at which it was logged. */
export function panelOf(media: RunMedia, key: string): { id: string; step: number } | undefined {
  const item = media.keys.find((each) => each.key === key)
  if (!item) return undefined
  const chart = chartsOf(media.charts).find(({ table }) => table === key)
  return { id: panelId(chart?.key ?? key), step: item.steps.at(-1) ?? 0 }
}
