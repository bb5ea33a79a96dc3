import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { getHistory, getImportance } from '../api/endpoints.ts'
import { runUrl, sweepUrl } from '../app/routes.ts'
import { type ChartSettings, PLAIN } from '../charts/chart-settings.ts'
import { LineChart } from '../charts/line-chart.tsx'
import type { Series, Zoom } from '../charts/line-chart-draw.ts'
import { useTheme } from '../charts/theme.ts'
import { formatCount, formatNumber } from '../model/format.ts'
import { histories } from '../run/histories.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { useNow } from '../ui/use-now.ts'
import type { ProjectAt } from '../views/view-endpoints.ts'
import { type Panel, type PanelOf, parsePanel } from './panel-block.ts'
import { HistoryPanel, ParallelPanel, ScatterPanel } from './plot-panels.tsx'
import { useRunSet } from './use-run-set.ts'

/** A panel block of a report, with the values of now. */
export function PanelBlock({ at, text }: { at: ProjectAt; text: string }) {
  let panel: Panel
  try {
    panel = parsePanel(text)
  } catch (error) {
    return <ErrorMessage error={error as Error} />
  }
  switch (panel.type) {
    case 'curves':
      return <Curves at={at} panel={panel} />
    case 'runs':
      return <Runs at={at} panel={panel} />
    case 'scatter':
      return <ScatterPanel at={at} panel={panel} />
    case 'parallel':
      return <ParallelPanel at={at} panel={panel} />
    case 'history':
      return <HistoryPanel at={at} panel={panel} />
    case 'importance':
      return <Importance at={at} sweep={panel.sweep} />
  }
}

const SAMPLES = 300
const DASH = [5, 4] as const

function Curves({ at, panel }: { at: ProjectAt; panel: PanelOf<'curves'> }) {
  const { metric, limit, log } = panel
  const theme = useTheme()
  const [zoom, setZoom] = useState<Zoom>()
  const [changed, setChanged] = useState<Partial<ChartSettings>>({})
  const { set, error, isPending } = useRunSet(at, panel)
  const shown = set?.rows.slice(0, limit).map((row) => set.runs[row]!) ?? []
  const read = useQueries({
    queries: shown.map((run) => ({
      queryKey: ['report-curve', at.entity, at.project, run.id, metric, run.state],
      queryFn: () => getHistory({ ...at, run: run.id }, 'metrics', SAMPLES, { keys: metric }),
      staleTime: 30_000,
    })),
  })
  if (error) return <ErrorMessage error={error} />
  if (isPending || read.some((each) => each.isPending)) return <Loading what="the curves" />
  const failed = read.find((each) => each.error)?.error
  if (failed) return <ErrorMessage error={failed} />
  const curves = read.flatMap(({ data }, i): Series[] => {
    const found = histories(data ?? [], 'step').find(({ name }) => name === metric)
    if (!found) return []
    const { name: _, ...points } = found
    const { id, name } = shown[i]!
    const color = theme.series[i % theme.series.length] ?? theme.accent
    return [{ id, label: name, color, ...points, ...(i >= theme.series.length && { dash: DASH }) }]
  })
  if (curves.length === 0) return <p className="muted">No run of this set has logged {metric}.</p>
  const total = set?.rows.length ?? 0
  return (
    <>
      <LineChart
        title={metric}
        curves={curves}
        xName="step"
        settings={{ ...PLAIN, logY: log, ...changed }}
        onSettings={(change) => setChanged(change ? { ...changed, ...change } : {})}
        zoom={zoom}
        onZoom={setZoom}
      />
      {total > limit && (
        <p className="muted">
          The newest {limit} of {formatCount(total)} runs.
        </p>
      )}
    </>
  )
}

/** Of a table without a list of columns. */
const FIRST_COLUMNS = 6

function Runs({ at, panel }: { at: ProjectAt; panel: PanelOf<'runs'> }) {
  const now = useNow()
  const { set, error, isPending } = useRunSet(at, panel, panel.sort)
  if (error) return <ErrorMessage error={error} />
  if (isPending || !set) return <Loading what="the runs" />
  const { columns: all, runs } = set
  const named = panel.columns.map((name) => all.find(({ key, title }) => title === name || key === name))
  const unknown = panel.columns.filter((_, i) => named[i] === undefined)
  if (unknown.length > 0)
    return <ErrorMessage error={new Error(`No run has a column ${unknown.join(', ')}.`)} />
  const columns =
    named.length > 0
      ? named.flatMap((column) => column ?? [])
      : all.filter(({ shown }) => shown).slice(0, FIRST_COLUMNS)
  const rows = set.rows.slice(0, panel.limit)
  return (
    <section
      className="scroll report-table"
      aria-label="Runs"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            {columns.map(({ key, title, numeric }) => (
              <th key={key} className={numeric ? 'number' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={runs[row]!.id}>
              {columns.map((column) => (
                <td key={column.key} className={column.numeric ? 'number' : ''}>
                  {column.kind === 'link' ? (
                    <Link href={runUrl(at.entity, at.project, runs[row]!.id)}>{column.text(row, now)}</Link>
                  ) : column.kind === 'state' ? (
                    runs[row]!.state
                  ) : (
                    column.text(row, now)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">
        {formatCount(rows.length)} of {formatCount(set.rows.length)} runs
      </p>
    </section>
  )
}

function Importance({ at, sweep }: { at: ProjectAt; sweep: string }) {
  const { data, error } = useQuery({
    queryKey: ['report-importance', at.entity, at.project, sweep],
    queryFn: () => getImportance({ ...at, sweep }),
    staleTime: 30_000,
  })
  const parameters = useMemo(
    () => [...(data?.parameters ?? [])].sort((a, b) => b.importance - a.importance),
    [data],
  )
  if (error) return <ErrorMessage error={error} />
  if (!data) return <Loading what="the importance" />
  return (
    <section className="report-table" aria-label="Parameter importance">
      <table>
        <thead>
          <tr>
            <th>
              <Link href={sweepUrl(at.entity, at.project, sweep)}>Parameter</Link>
            </th>
            <th className="number">Importance</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map(({ parameter: name, importance }) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="number">{formatNumber(100 * importance)}%</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">PED-ANOVA, {formatCount(data.trials)} trials</p>
    </section>
  )
}
