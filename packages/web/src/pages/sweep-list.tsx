import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { listTrials } from '../api/endpoints.ts'
import { runUrl, sweepUrl } from '../app/routes.ts'
import { formatAgo, formatCount, formatNumber } from '../model/format.ts'
import { ProgressBar } from '../sweep/progress-bar.tsx'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { SweepBulkActions } from './sweep-bulk-actions.tsx'

interface At {
  readonly entity: string
  readonly project: string
}

/** Trials per sparkline: more would cost reads without changing the shape. */
const SPARK_TRIALS = 60
/** Only the first sweeps of the list have a sparkline, to limit requests. */
const MAX_SPARKLINES = 8

/** The sweeps of a project; those that are selected can be compared and changed together. */
export function SweepList({ at, sweeps, now }: { at: At; sweeps: readonly SweepBody[]; now: number }) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const select = (id: string, on: boolean) => {
    const next = new Set(selected)
    if (on) next.add(id)
    else next.delete(id)
    setSelected(next)
  }
  return (
    <>
      <SweepBulkActions
        at={at}
        sweeps={sweeps.filter(({ id }) => selected.has(id))}
        onClear={() => setSelected(new Set())}
      />
      <ul className="sweeps">
        {sweeps.map((sweep, i) => (
          <li key={sweep.id} className="card">
            <div className="sweep-name">
              <input
                type="checkbox"
                aria-label={`Select ${sweep.name ?? sweep.id}`}
                checked={selected.has(sweep.id)}
                onChange={(event) => select(sweep.id, event.target.checked)}
              />
              <Link href={sweepUrl(at.entity, at.project, sweep.id)}>
                <b>{sweep.name ?? sweep.id}</b>
              </Link>
              <StateBadge state={sweep.state} />
              {sweep.archived && <span className="muted">archived</span>}
              <span className="muted">
                {sweep.method} · {formatAgo(sweep.updated_at, now)}
              </span>
            </div>
            <ProgressBar sweep={sweep} />
            <div className="sweep-best">
              {sweep.best ? (
                <>
                  <span className="muted">best {sweep.metric?.name}</span>{' '}
                  <Link href={runUrl(at.entity, at.project, sweep.best.run)}>
                    <b>{formatNumber(sweep.best.value)}</b>
                  </Link>
                </>
              ) : (
                <span className="muted">{formatCount(sweep.trials.handed_out)} trials, no result yet</span>
              )}
            </div>
            {i < MAX_SPARKLINES && sweep.best && <Sparkline at={at} sweep={sweep} />}
          </li>
        ))}
      </ul>
    </>
  )
}

/** Objective and running best of the first trials. */
function Sparkline({ at, sweep }: { at: At; sweep: SweepBody }) {
  const trials = useQuery({
    queryKey: ['spark', sweep.id, Math.min(SPARK_TRIALS, sweep.trials.handed_out - sweep.trials.open)],
    queryFn: () => listTrials({ ...at, sweep: sweep.id }, SPARK_TRIALS),
    staleTime: 30_000,
  })
  const { dots, best } = useMemo(
    () => sparklineOf(trials.data?.items.map(({ value }) => value) ?? [], sweep.metric?.goal ?? 'minimize'),
    [trials.data, sweep.metric],
  )
  return (
    <svg
      className="sparkline"
      viewBox="0 0 160 36"
      role="img"
      aria-label={`Values of the first ${dots.length} trials`}
    >
      {dots.map(([x, y]) => (
        <circle key={x} cx={x} cy={y} r="1.6" />
      ))}
      {best !== '' && <path d={best} />}
    </svg>
  )
}

function sparklineOf(
  values: readonly (number | undefined)[],
  goal: 'minimize' | 'maximize',
): { dots: [number, number][]; best: string } {
  const known = values.flatMap((value, i) =>
    value !== undefined && Number.isFinite(value) ? [[i, value] as const] : [],
  )
  if (known.length === 0) return { dots: [], best: '' }
  const sign = goal === 'maximize' ? 1 : -1
  const sorted = known.map(([, value]) => sign * value).sort((a, b) => a - b)
  const [worst, best] = [sorted[Math.floor(sorted.length * 0.1)]!, sorted[sorted.length - 1]!]
  const x = (i: number) => 4 + (152 * i) / Math.max(1, values.length - 1)
  const y = (value: number) =>
    best === worst ? 18 : 32 - 28 * Math.max(0, Math.min(1, (sign * value - worst) / (best - worst)))
  let runningBest = Number.NEGATIVE_INFINITY
  let path = ''
  for (const [i, value] of known) {
    if (sign * value <= runningBest) continue
    path += path === '' ? `M${x(i)} ${y(value)}` : `H${x(i)}V${y(value)}`
    runningBest = sign * value
  }
  return { dots: known.map(([i, value]) => [x(i), y(value)]), best: `${path}H156` }
}
