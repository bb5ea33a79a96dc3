import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import {
  type CSSProperties,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { SweepFeed } from '../api/sweep-feed.ts'
import { navigate, setSearchParams, useLocation } from '../app/location.ts'
import { runUrl } from '../app/routes.ts'
import { readOnly } from '../app/share-link.ts'
import { ParallelCoordinates } from '../charts/parallel-coordinates.tsx'
import { RampLegend } from '../charts/ramp-legend.tsx'
import { ScatterPlot } from '../charts/scatter-plot.tsx'
import { type Filter, filterText, maskOf, parseFilter, type Range, withRange } from '../model/filter.ts'
import { type TrialTable, trialTable, variedParams } from '../model/trial-table.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { RenderWhenVisible } from '../ui/render-when-visible.tsx'
import { useDebounced } from '../ui/use-now.ts'
import { AgentCommands, Config } from './agent-commands.tsx'
import { AxisControls, useAxes, useColorEncoding } from './axis-options.tsx'
import { DiagnosisCard } from './diagnosis-card.tsx'
import { EarlyStopping } from './early-stopping-card.tsx'
import { FilterBar } from './filter-bar.tsx'
import { objectivesOf } from './objectives.ts'
import { ParameterImportance } from './parameter-importance.tsx'
import { Suggestions } from './suggestions-card.tsx'
import { SweepHeader } from './sweep-header.tsx'
import { TrialTooltip } from './trial-tooltip.tsx'
import { TrialsTable } from './trials-table.tsx'

/** The other charts follow a brush after this delay; the brushed one follows immediately. */
const FILTER_DEBOUNCE_MS = 90
const URL_DEBOUNCE_MS = 350

const ContourCard = lazy(() => import('./contour-card.tsx'))
const ParetoCard = lazy(() => import('./pareto-card.tsx'))
const TimelineCard = lazy(() => import('./timeline-card.tsx'))

export default function SweepPage({
  entity,
  project,
  sweep: id,
}: {
  entity: string
  project: string
  sweep: string
}) {
  const at: SweepAt = useMemo(() => ({ entity, project, sweep: id }), [entity, project, id])
  const sweepFeed = useMemo(() => new SweepFeed(at), [at])
  const feed = useSyncExternalStore(sweepFeed.subscribe, sweepFeed.snapshot)
  const { sweep, trials } = feed
  // Only the config: the counters of the sweep change with every trial.
  const config = JSON.stringify(sweep?.config)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `config` stands for the sweep
  const table = useMemo(() => trialTable(sweep, trials), [config, trials])
  const { query } = useLocation()
  const [filter, setFilter] = useState<Filter>(() => parseFilter(query.get('filter') ?? ''))
  const address = useDebounced(filter, URL_DEBOUNCE_MS)
  useEffect(() => setSearchParams({ filter: filterText(address) }), [address])

  if (!sweep)
    return feed.error ? (
      <ErrorMessage error={feed.error} retry={sweepFeed.restart} />
    ) : (
      <Loading what="the sweep" />
    )
  return (
    <>
      <SweepHeader at={at} sweep={sweep} feed={feed} onChanged={sweepFeed.restart} />
      {feed.complete && (
        <DiagnosisCard
          at={at}
          ended={sweep.trials.handed_out - sweep.trials.open}
          state={sweep.state}
          trials={trials}
        />
      )}
      {trials.length === 0 && feed.complete ? (
        <>
          <Empty title="No trials yet">
            {' '}
            <p>Start an agent to see results.</p>
          </Empty>
          <div className="columns">
            {!readOnly && <AgentCommands at={at} sweep={sweep} />}
            <Config sweep={sweep} />
          </div>
        </>
      ) : (
        <Results
          at={at}
          sweep={sweep}
          complete={feed.complete}
          table={table}
          filter={filter}
          onFilter={setFilter}
        />
      )}
    </>
  )
}

interface ResultsProps {
  readonly at: SweepAt
  readonly sweep: SweepBody
  /** All trials have been loaded once. */
  readonly complete: boolean
  readonly table: TrialTable
  readonly filter: Filter
  readonly onFilter: (change: Filter | ((filter: Filter) => Filter)) => void
}

function Results({ at, sweep, complete, table: given, filter, onFilter }: ResultsProps) {
  const [hovered, setHovered] = useState<number>()
  const { table, axes } = useAxes(given)
  const colorBy = useColorEncoding(table)
  const mask = useMemo(() => maskOf(table, filter), [table, filter])
  const debounced = useDebounced(mask, FILTER_DEBOUNCE_MS)
  // The debounced mask may be older than the table.
  const currentMask = debounced.length === table.trials.length ? debounced : mask
  const varied = useMemo(() => variedParams(table), [table])
  const onRange = useCallback(
    (key: string, range: Range | undefined) => onFilter((before) => withRange(before, key, range)),
    [onFilter],
  )
  const onOpen = useCallback(
    (row: number) => navigate(runUrl(at.entity, at.project, table.trials[row]!.run)),
    [at, table],
  )
  const ended = sweep.trials.handed_out - sweep.trials.open
  const shared = { table, mask: currentMask, hovered, onHover: setHovered, onOpen }
  return (
    <>
      <FilterBar
        table={table}
        filter={filter}
        passing={mask.reduce((sum, on) => sum + on, 0)}
        onFilter={onFilter}
      />
      {varied.length > 0 && (
        <ParallelCoordinates
          {...shared}
          mask={mask}
          columns={axes}
          filter={filter}
          onRange={onRange}
          colorBy={colorBy}
          tools={<AxisControls table={table} axes={axes} />}
        />
      )}
      {sweep.metric && (
        <>
          <div className="columns wide-first">
            <ScatterPlot
              {...shared}
              title={`${sweep.metric.name} by trial`}
              hint={<Legend sweep={sweep} />}
              x={table.number}
              height={280}
              runningBest
            />
            <ParameterImportance
              at={at}
              ended={ended}
              complete={complete}
              metric={sweep.metric.name}
              goal={sweep.metric.goal}
            />
          </div>
          {objectivesOf(sweep).length > 1 && (
            <Suspense fallback={<div className="card placeholder" />}>
              <ParetoCard {...shared} at={at} sweep={sweep} />
            </Suspense>
          )}
          <div
            className="multiples carousel"
            style={{ '--columns': columnsFor(varied.length) } as CSSProperties}
          >
            {varied.map((column) => (
              <ScatterPlot key={column.key} {...shared} title={column.name} x={column} height={210} />
            ))}
          </div>
        </>
      )}
      <TrialsTable
        at={at}
        table={table}
        mask={currentMask}
        best={sweep.best}
        hovered={hovered}
        onHover={setHovered}
      />
      <RenderWhenVisible height={900}>
        <Suspense fallback={<div className="card placeholder" />}>
          <div className="columns">
            {sweep.metric && varied.length > 1 && (
              <ContourCard {...shared} at={at} ended={ended} complete={complete} />
            )}
            <EarlyStopping at={at} table={table} />
          </div>
          <TimelineCard {...shared} sweep={sweep} />
        </Suspense>
      </RenderWhenVisible>
      <div className="columns">
        <Suggestions at={at} table={table} />
        <div className="stack">
          {!readOnly && <AgentCommands at={at} sweep={sweep} />}
          <Config sweep={sweep} />
        </div>
      </div>
      <TrialTooltip at={at} table={table} row={hovered} />
    </>
  )
}

/** Legend of the first scatter plot. */
function Legend({ sweep }: { sweep: SweepBody }) {
  const { stopped, failed, crashed } = sweep.trials
  return (
    <span className="legend-inline">
      <RampLegend name={sweep.metric?.name ?? 'value'} low="worse" high="better" />
      {stopped > 0 && <span data-key="stopped">stopped early</span>}
      {failed + crashed > 0 && <span data-key="failed">failed</span>}
    </span>
  )
}

/** At most four per row, in rows of about equal length. */
const columnsFor = (count: number): number => Math.ceil(count / Math.ceil(count / 4))
