import type { RunBody } from '@chimney/core/schema/api/runs'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getRun, getSweep, getTrial, type RunAt, updateRun } from '../api/endpoints.ts'
import { sweepUrl } from '../app/routes.ts'
import { readOnly } from '../app/share-link.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { RunArtifacts } from '../artifacts/run-artifacts.tsx'
import { SharedCursor } from '../charts/shared-cursor.tsx'
import { NO_MEDIA } from '../media/media-endpoints.ts'
import { MediaPanels } from '../media/media-panels.tsx'
import { isMedia } from '../media/media-value.ts'
import { useMediaKeys } from '../media/use-media.ts'
import { formatAgo, formatDuration } from '../model/format.ts'
import { flatten } from '../model/trial-table.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { Notes } from '../ui/notes.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { PinMenu } from '../views/pin-menu.tsx'
import { ViewBar } from '../views/view-bar.tsx'
import { ChartControls, useChartOptions } from './chart-options.tsx'
import { Console } from './console.tsx'
import { Files } from './files.tsx'
import { byMetric, histories } from './histories.ts'
import { Pairs } from './pairs.tsx'
import { RunActions } from './run-actions.tsx'
import { RunAlerts } from './run-alerts.tsx'
import { ChartPlaceholders, RunCharts } from './run-charts.tsx'
import { RunDetails } from './run-details.tsx'
import { EarlierResults, TrialAmendments } from './trial-amendments.tsx'
import { useHistory } from './use-history.ts'

/** About one sample per pixel; bands show the min and max between samples. */
const SAMPLES = 600
const CONSOLE_LINES = 5_000
const REFETCH_MS = 3_000

export default function RunPage({
  entity,
  project,
  run: id,
}: {
  entity: string
  project: string
  run: string
}) {
  const at: RunAt = { entity, project, run: id }
  const now = useNow(3_000)
  const canWrite = useCanWrite()
  const live = (data: RunBody | undefined) => data?.state === 'running' || data?.state === 'queued'
  const run = useQuery({
    queryKey: ['run', entity, project, id],
    queryFn: () => getRun(at),
    refetchInterval: ({ state }) => (live(state.data) ? REFETCH_MS : false),
  })
  const isLive = live(run.data)
  const isLoaded = run.data !== undefined
  const metrics = useHistory(at, 'metrics', { samples: SAMPLES }, isLive, isLoaded)
  const system = useHistory(at, 'system', { samples: SAMPLES }, isLive, isLoaded)
  const lines = useHistory(at, 'console', { lines: CONSOLE_LINES }, isLive, isLoaded)
  const media = useMediaKeys(at, isLive, isLoaded).data ?? NO_MEDIA
  const number = run.data?.number
  const trial = useQuery({
    queryKey: ['trial', entity, project, id],
    queryFn: () => getTrial({ entity, project, sweep: run.data?.sweep ?? '' }, number ?? 0),
    enabled: number !== undefined && number !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const sweep = useQuery({
    queryKey: ['sweep', entity, project, run.data?.sweep],
    queryFn: () => getSweep({ entity, project, sweep: run.data?.sweep ?? '' }),
    enabled: typeof run.data?.sweep === 'string',
    staleTime: 60_000,
  })
  const metric = sweep.data?.metric?.name
  const options = useChartOptions()
  const curves = useMemo(() => {
    const order = byMetric(metric)
    return histories(metrics.data?.rows ?? [], options.x).sort((a, b) => order(a.name, b.name))
  }, [metrics.data, options.x, metric])
  const names = useMemo(
    () => histories(metrics.data?.rows ?? [], 'step').map(({ name }) => name),
    [metrics.data],
  )
  const systemMetrics = useMemo(() => histories(system.data?.rows ?? [], 'time'), [system.data])
  const stop = useMutation({
    mutationFn: () => updateRun(at, { stop: true }),
    onSuccess: () => run.refetch(),
  })

  if (run.error && !run.data) return <ErrorMessage error={run.error} retry={() => void run.refetch()} />
  if (!run.data) return <Loading what="the run" />
  const { data } = run
  const attemptStart = data.attempt_started_at
  const isEnded = data.state !== 'queued' && data.state !== 'running'
  const shown = curves.filter(({ name }) => name.toLowerCase().includes(options.search.toLowerCase()))
  return (
    <>
      <div className="page-header">
        <div>
          <h1>
            {data.name} <StateBadge state={data.state} />
          </h1>
          <p className="muted">
            {data.sweep && (
              <>
                trial {data.number} of sweep{' '}
                <Link href={sweepUrl(entity, project, data.sweep)}>{sweep.data?.name ?? data.sweep}</Link>
                {sweep.data?.best?.run === data.id && <b> · best so far</b>} ·{' '}
              </>
            )}
            {attemptStart ? <>started {formatAgo(attemptStart, now)}</> : 'not started'}
            {attemptStart && (
              <>
                {' '}
                ·{' '}
                {formatDuration((data.ended_at ? Date.parse(data.ended_at) : now) - Date.parse(attemptStart))}
              </>
            )}
            {data.agent && <> · on {data.agent}</>}
          </p>
          {trial.data?.suggested_by && (
            <p className="muted">
              Suggested by <b>{trial.data.suggested_by.arm}</b>: {trial.data.suggested_by.why}
            </p>
          )}
          {trial.data && <EarlierResults trial={trial.data} metric={metric} />}
          {(data.reason ?? data.stop?.reason) && (
            <p>
              {data.reason ?? `${data.ended_at ? 'Stopped' : 'Stopping'}: ${data.stop?.reason}`}
              {(lines.data?.rows.length ?? 0) > 0 &&
                (data.state === 'failed' || data.state === 'crashed') && (
                  <>
                    {' '}
                    <a href="#console">Console</a>
                  </>
                )}
            </p>
          )}
        </div>
        <span className="grow" />
        {isEnded && data.sweep && trial.data && canWrite && (
          <TrialAmendments
            at={{ entity, project, sweep: data.sweep }}
            trial={trial.data}
            onChanged={() => {
              void run.refetch()
              void trial.refetch()
            }}
          />
        )}
        {data.state === 'running' && !data.stop && canWrite && (
          <button type="button" className="danger" disabled={stop.isPending} onClick={() => stop.mutate()}>
            Stop run
          </button>
        )}
        {canWrite && <RunActions at={at} run={data} onChanged={() => void run.refetch()} />}
      </div>
      <Notes text={data.notes} save={(notes) => updateRun(at, { notes }).then(() => run.refetch())} />
      {stop.error && <ErrorMessage error={stop.error} />}
      {metrics.error && <ErrorMessage error={metrics.error} retry={() => void metrics.refetch()} />}
      {curves.length > 0 || options.x !== 'step' ? (
        <SharedCursor>
          <ViewBar at={at} page="run">
            <PinMenu metrics={names} />
          </ViewBar>
          <ChartControls options={options} metrics={names} />
          <RunCharts
            at={at}
            series="metrics"
            curves={shown}
            rows={metrics.data?.rows ?? []}
            samples={SAMPLES}
            x={options.x}
            defaults={options.defaults}
          />
        </SharedCursor>
      ) : (
        <>
          {metrics.data && (
            <Empty title="No metrics yet">
              <p>Charts appear when the run logs a number.</p>
            </Empty>
          )}
          {metrics.isPending && <ChartPlaceholders count={countNumbers(data.summary)} />}
        </>
      )}
      <MediaPanels at={at} media={media} />
      <div className="columns">
        <Pairs title="Config" values={flatten(data.config)} none="No config." />
        <Pairs title="Summary" values={withoutDepth(data.summary)} none="No summary." sorted media={media} />
        <RunAlerts alerts={data.alerts} />
        <RunDetails run={data} now={now} />
      </div>
      {systemMetrics.length > 0 && (
        <SharedCursor>
          <h2>System</h2>
          <RunCharts
            at={at}
            series="system"
            curves={systemMetrics}
            rows={system.data?.rows ?? []}
            samples={SAMPLES}
            x="time"
          />
        </SharedCursor>
      )}
      <Console lines={lines.data?.rows ?? []} maxLines={CONSOLE_LINES} />
      {!readOnly && <RunArtifacts at={at} live={live(data)} />}
      {!readOnly && <Files at={at} live={live(data)} />}
    </>
  )
}

const countNumbers = (summary: Readonly<Record<string, unknown>>): number =>
  Object.entries(summary).filter(([name, value]) => !name.startsWith('_') && typeof value === 'number').length

/** Objects of a summary that hold media, by the paths of their values. */
const withoutDepth = (summary: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(summary).flatMap(([name, value]) => {
      if (isMedia(value) || typeof value !== 'object' || value === null || Array.isArray(value))
        return [[name, value]]
      const inner = withoutDepth(value as Record<string, unknown>)
      return Object.values(inner).some(isMedia)
        ? Object.entries(inner).map(([key, each]) => [`${name}.${key}`, each])
        : [[name, value]]
    }),
  )
