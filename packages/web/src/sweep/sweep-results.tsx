import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { type CSSProperties, lazy, Suspense, useCallback, useMemo, useState } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { navigate } from '../app/location.ts'
import { newSweepFromUrl, runUrl } from '../app/routes.ts'
import { readOnly } from '../app/share-link.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { ParallelCoordinates } from '../charts/parallel-coordinates.tsx'
import { RampLegend } from '../charts/ramp-legend.tsx'
import { ScatterPlot } from '../charts/scatter-plot.tsx'
import { type Filter, isFiltering, maskOf, type Range, withRange } from '../model/filter.ts'
import { narrowChanges } from '../model/narrow.ts'
import { type TrialTable, variedParams } from '../model/trial-table.ts'
import { useTypedFilter } from '../ui/filter-input.tsx'
import { RenderWhenVisible } from '../ui/render-when-visible.tsx'
import { useDebounced } from '../ui/use-now.ts'
import { AgentCommands, Config } from './agent-commands.tsx'
import { AxisControls, mostImportant, useAxes, useColorEncoding } from './axis-options.tsx'
import { EarlyStopping } from './early-stopping-card.tsx'
import { FilterBar } from './filter-bar.tsx'
import { filterColumns } from './filter-columns.ts'
import { bitmapOf, ParameterImportance } from './parameter-importance.tsx'
import { Suggestions } from './suggestions-card.tsx'
import { TrialTooltip } from './trial-tooltip.tsx'
import { TrialsTable } from './trials-table.tsx'
import { useRanking } from './use-ranking.ts'

/** The other charts follow a brush after this delay; the brushed one follows immediately. */
const FILTER_DEBOUNCE_MS = 90
/** Of a filter that is being changed; the service reads every trial for it. */
const IMPORTANCE_DEBOUNCE_MS = 600
const CURVES_PX = 400

const CurvesCard = lazy(() => import('./curves-card.tsx'))
const ContourCard = lazy(() => import('./contour-card.tsx'))
const ParetoCard = lazy(() => import('./pareto-card.tsx'))
const TimelineCard = lazy(() => import('./timeline-card.tsx'))
const EdfCard = lazy(() => import('./edf-card.tsx'))
const RankCard = lazy(() => import('./rank-card.tsx'))

interface ResultsProps {
  readonly at: SweepAt
  readonly sweep: SweepBody
  /** All trials have been loaded once. */
  readonly complete: boolean
  readonly table: TrialTable
  readonly filter: Filter
  readonly onChanged: () => void
  readonly onFilter: (change: Filter | ((filter: Filter) => Filter)) => void
}

/** Slices that are drawn at first: more would be a long page. */
const MAX_SLICES = 12

/** Filter, charts and table of the trials of a sweep. */
export function Results({ at, sweep, complete, table: given, filter, onChanged, onFilter }: ResultsProps) {
  const [hovered, setHovered] = useState<number>()
  const [allSlices, setAllSlices] = useState(false)
  const ended = sweep.trials.handed_out - sweep.trials.open
  const several = given.objectives.length > 0
  const objective = several ? given.value.name : undefined
  const ranked = useRanking(at, ended, complete && sweep.metric !== null, objective)
  const { table, axes, hiddenParams } = useAxes(given, ranked)
  const colorBy = useColorEncoding(table)
  const columns = useMemo(() => filterColumns(table), [table])
  const typed = useTypedFilter(columns)
  const mask = useMemo(() => {
    const brushed = maskOf(table, filter)
    return typed.passes ? brushed.map((on, row) => (on === 1 && typed.passes!(row) ? 1 : 0)) : brushed
  }, [table, filter, typed.passes])
  const debounced = useDebounced(mask, FILTER_DEBOUNCE_MS)
  // The debounced mask may be older than the table.
  const currentMask = debounced.length === table.trials.length ? debounced : mask
  const isFiltered = isFiltering(filter) || typed.passes !== undefined
  const settled = useDebounced(currentMask, IMPORTANCE_DEBOUNCE_MS)
  const numbers = useMemo(
    () =>
      isFiltered && settled.length === table.trials.length
        ? bitmapOf(
            settled,
            table.trials.map(({ number }) => number),
          )
        : undefined,
    [isFiltered, settled, table],
  )
  const canWrite = useCanWrite()
  const narrowed = useMemo(() => {
    if (!isFiltered) return undefined
    const changes = narrowChanges(table, sweep.config.parameters, currentMask, filter.ranges, typed.names)
    return changes.length === 0 ? undefined : newSweepFromUrl(at.entity, at.project, at.sweep, changes)
  }, [isFiltered, table, sweep.config, currentMask, filter.ranges, typed.names, at])
  const varied = useMemo(() => variedParams(table), [table])
  const slices = useMemo(() => {
    const first = mostImportant(varied, ranked, MAX_SLICES)
    return allSlices ? varied : varied.filter((column) => first.has(column))
  }, [varied, ranked, allSlices])
  const onRange = useCallback(
    (key: string, range: Range | undefined) => onFilter((before) => withRange(before, key, range)),
    [onFilter],
  )
  const onOpen = useCallback(
    (row: number) => navigate(runUrl(at.entity, at.project, table.trials[row]!.run)),
    [at, table],
  )
  const shared = { table, mask: currentMask, hovered, onHover: setHovered, onOpen }
  const colored = { ...shared, colorBy }
  const resource = (sweep.config.early_terminate as { resource?: string } | undefined)?.resource
  return (
    <>
      <FilterBar
        table={table}
        filter={filter}
        passing={mask.reduce((sum, on) => sum + on, 0)}
        best={isFiltered ? table.worstFirst.findLast((row) => mask[row] === 1) : undefined}
        columns={columns}
        error={typed.error}
        onFilter={onFilter}
      />
      {varied.length > 0 && axes.length > 0 && (
        <ParallelCoordinates
          {...shared}
          mask={mask}
          columns={axes}
          filter={filter}
          onRange={onRange}
          colorBy={colorBy}
          hiddenParams={hiddenParams}
          tools={
            <>
              {canWrite && <NarrowButton to={narrowed} />}
              <AxisControls table={table} axes={axes} />
            </>
          }
        />
      )}
      {sweep.metric && (
        <>
          <div className="columns wide-first">
            <ScatterPlot
              {...colored}
              title={`${table.value.name} by trial`}
              hint={<Legend sweep={sweep} name={table.value.name} />}
              x={table.number}
              height={280}
              runningBest
            />
            <ParameterImportance
              at={at}
              ended={ended}
              complete={complete}
              metric={table.value.name}
              objective={objective}
              numbers={numbers}
              goal={table.goal}
            />
          </div>
          {several && (
            <Suspense fallback={<div className="card placeholder" />}>
              <ParetoCard {...colored} />
            </Suspense>
          )}
          <div className="columns spread">
            <RenderWhenVisible height={CURVES_PX}>
              <Suspense fallback={<div className="card placeholder" />}>
                <CurvesCard {...colored} at={at} />
              </Suspense>
            </RenderWhenVisible>
            <RenderWhenVisible height={CURVES_PX}>
              <Suspense fallback={<div className="card placeholder" />}>
                <EdfCard table={table} mask={currentMask} />
              </Suspense>
            </RenderWhenVisible>
            {varied.length > 0 && (
              <RenderWhenVisible height={CURVES_PX}>
                <Suspense fallback={<div className="card placeholder" />}>
                  <RankCard {...shared} ranked={ranked} />
                </Suspense>
              </RenderWhenVisible>
            )}
          </div>
          <div
            className="multiples carousel"
            style={{ '--columns': columnsFor(slices.length) } as CSSProperties}
          >
            {slices.map((column) => (
              <ScatterPlot key={column.key} {...colored} title={column.name} x={column} height={210} />
            ))}
          </div>
          {slices.length < varied.length && (
            <p>
              The {slices.length} most important of {varied.length} parameters.{' '}
              <button type="button" onClick={() => setAllSlices(true)}>
                Show all
              </button>
            </p>
          )}
        </>
      )}
      <TrialsTable
        at={at}
        table={table}
        mask={currentMask}
        best={sweep.best}
        hovered={hovered}
        onHover={setHovered}
        onChanged={onChanged}
      />
      <RenderWhenVisible height={900}>
        <Suspense fallback={<div className="card placeholder" />}>
          <div className="columns">
            {sweep.metric && varied.length > 1 && <ContourCard {...shared} ranked={ranked} />}
            <EarlyStopping at={at} table={table} mask={currentMask} resource={resource} />
          </div>
          <TimelineCard {...shared} sweep={sweep} />
        </Suspense>
      </RenderWhenVisible>
      <div className="columns">
        <Suggestions at={at} table={table} mask={currentMask} />
        <div className="stack">
          {!readOnly && <AgentCommands at={at} sweep={sweep} />}
          <Config sweep={sweep} />
        </div>
      </div>
      <TrialTooltip at={at} table={table} row={hovered} />
    </>
  )
}

/** Always there, so that nothing moves while an axis is brushed. `to`: undefined when the selection is no narrower. */
const NarrowButton = ({ to }: { to: string | undefined }) => (
  <button
    type="button"
    className="ghost"
    disabled={to === undefined}
    title="A new sweep whose ranges are those of the trials that pass the filter"
    onClick={() => to !== undefined && navigate(to)}
  >
    Narrow the space
  </button>
)

/** Legend of the first scatter plot. */
function Legend({ sweep, name }: { sweep: SweepBody; name: string }) {
  const { stopped, failed, crashed } = sweep.trials
  return (
    <span className="legend-inline">
      <RampLegend name={name} low="worse" high="better" />
      {stopped > 0 && <span data-key="stopped">stopped early</span>}
      {failed + crashed > 0 && <span data-key="failed">failed</span>}
    </span>
  )
}

/** At most four per row, in rows of about equal length. */
const columnsFor = (count: number): number => Math.ceil(count / Math.ceil(count / 4))
