import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { getSweep } from '../api/endpoints.ts'
import { navigate } from '../app/location.ts'
import { runUrl } from '../app/routes.ts'
import { ParallelCoordinates } from '../charts/parallel-coordinates.tsx'
import { RampLegend } from '../charts/ramp-legend.tsx'
import { ScatterPlot } from '../charts/scatter-plot.tsx'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { maskOf, NO_FILTER, withRange } from '../model/filter.ts'
import { formatCount } from '../model/format.ts'
import type { Column, TrialTable } from '../model/trial-table.ts'
import { colorEncodingOf } from '../sweep/axis-options.tsx'
import { TrialTooltip } from '../sweep/trial-tooltip.tsx'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import type { ProjectAt } from '../views/view-endpoints.ts'
import type { PanelOf } from './panel-block.ts'
import { runPlotTable } from './run-plot-table.ts'
import { useRunSet } from './use-run-set.ts'

type PlotPanel = PanelOf<'scatter'> | PanelOf<'parallel'> | PanelOf<'history'>

/** What the charts of runs have in common. */
interface Plot {
  readonly table: TrialTable
  readonly columnOf: (name: string) => Column
  readonly colorBy: ColorEncoding
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

/** A value by another column, over the runs of a set. */
export const ScatterPanel = ({ at, panel }: { at: ProjectAt; panel: PanelOf<'scatter'> }) => {
  const { x, y, color, log } = panel
  return (
    <RunPlot
      at={at}
      panel={panel}
      names={color === undefined ? [x] : [x, color]}
      value={y}
      color={color}
      log={log}
    >
      {({ columnOf, ...plot }) => (
        <ScatterPlot
          {...plot}
          mask={allOf(plot.table)}
          title={`${y} by ${x}`}
          hint={<RampLegend {...plot.colorBy} />}
          x={columnOf(x)}
          y={columnOf(y)}
          height={300}
        />
      )}
    </RunPlot>
  )
}

/** The values of a metric in the order of the runs, and the best so far. */
export const HistoryPanel = ({ at, panel }: { at: ProjectAt; panel: PanelOf<'history'> }) => (
  <RunPlot at={at} panel={panel} names={[]} value={panel.metric} logValue={panel.log}>
    {({ columnOf: _, ...plot }) => (
      <ScatterPlot
        {...plot}
        mask={allOf(plot.table)}
        title={`${plot.table.value.name} by ${panel.sweep === undefined ? 'run' : 'trial'}`}
        hint={<RampLegend {...plot.colorBy} />}
        x={panel.sweep === undefined ? { ...plot.table.number, name: 'run' } : plot.table.number}
        height={280}
        runningBest
      />
    )}
  </RunPlot>
)

/** Parallel coordinates of a run set; a brush filters the panel alone. */
export const ParallelPanel = ({ at, panel }: { at: ProjectAt; panel: PanelOf<'parallel'> }) => {
  const { columns, color, log } = panel
  const [filter, setFilter] = useState(NO_FILTER)
  const names = color === undefined ? columns : [...columns, color]
  return (
    <RunPlot at={at} panel={panel} names={names} value={columns.at(-1)} color={color} log={log}>
      {({ columnOf, ...plot }) => (
        <ParallelCoordinates
          {...plot}
          columns={columns.map(columnOf)}
          filter={filter}
          mask={maskOf(plot.table, filter)}
          onRange={(key, range) => setFilter((before) => withRange(before, key, range))}
          hiddenParams={0}
          tools={null}
        />
      )}
    </RunPlot>
  )
}

const masks = new WeakMap<TrialTable, Uint8Array>()
/** The same mask for the same table, so that a chart is drawn once. */
function allOf(table: TrialTable): Uint8Array {
  const known = masks.get(table) ?? new Uint8Array(table.trials.length).fill(1)
  masks.set(table, known)
  return known
}

function RunPlot({
  at,
  panel,
  names,
  value,
  color,
  log = [],
  logValue = false,
  children,
}: {
  at: ProjectAt
  panel: PlotPanel
  names: readonly string[]
  /** Default: the metric of the sweep. */
  value: string | undefined
  color?: string | undefined
  log?: readonly string[]
  logValue?: boolean
  children: (plot: Plot) => ReactNode
}) {
  const { entity, project } = at
  const [hovered, onHover] = useState<number>()
  const { set, error, isPending } = useRunSet(at, panel)
  const sweep = useQuery({
    enabled: panel.sweep !== undefined,
    queryKey: ['sweep', entity, project, panel.sweep],
    queryFn: () => getSweep({ entity, project, sweep: panel.sweep! }),
    staleTime: 60_000,
  })
  const asked = JSON.stringify([names, value, color, log, logValue, panel.goal])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` stands for the fields of the panel
  const made = useMemo(() => {
    const shown = value ?? sweep.data?.metric?.name
    if (!set || (panel.sweep !== undefined && !sweep.data)) return undefined
    if (shown === undefined) return new Error(`Sweep ${panel.sweep} has no metric; name one.`)
    if (set.rows.length === 0) return new Error('No run is in this set.')
    try {
      const { table, columnOf } = runPlotTable(set, {
        names,
        value: shown,
        goal: panel.goal,
        log: logValue ? [shown] : log,
        sweep: sweep.data,
      })
      return {
        table,
        columnOf,
        colorBy: colorEncodingOf(table, color === undefined ? undefined : columnOf(color)),
      }
    } catch (cause) {
      return cause as Error
    }
  }, [set, sweep.data, asked])
  const failed = error ?? sweep.error ?? (made instanceof Error ? made : undefined)
  if (failed) return <ErrorMessage error={failed} />
  if (isPending || !made || made instanceof Error) return <Loading what="the runs" />
  const { table } = made
  const runOf = (row: number) => table.trials[row]!.run
  const without = table.trials.length - table.worstFirst.length
  return (
    <>
      {children({
        ...made,
        hovered,
        onHover,
        onOpen: (row) => navigate(runUrl(entity, project, runOf(row))),
      })}
      <p className="muted">
        {formatCount(table.worstFirst.length)} runs
        {without > 0 && `; ${formatCount(without)} without ${table.value.name} are not drawn`}
      </p>
      <TrialTooltip
        at={at}
        table={table}
        row={hovered}
        nameOf={(row) => set?.runs.find(({ id }) => id === runOf(row))?.name ?? runOf(row)}
      />
    </>
  )
}
