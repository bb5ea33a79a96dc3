import { setSearchParams } from '../app/location.ts'
import { runUrl, sweepUrl } from '../app/routes.ts'
import { useTheme } from '../charts/theme.ts'
import { costOf } from '../model/cost.ts'
import { exactText, formatCount, formatDollars, formatDuration, formatNumber } from '../model/format.ts'
import { spaceRows } from '../model/search-space.ts'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { ProgressLegend } from './progress-bar.tsx'
import type { ComparedSweep } from './use-compared-sweeps.ts'

/** Results and search spaces of sweeps, side by side. */
export function SweepComparisonTable({
  entity,
  project,
  compared,
  colorOf,
  now,
  isOnAws,
}: {
  entity: string
  project: string
  compared: readonly ComparedSweep[]
  /** Index of the color of a sweep. */
  colorOf: (id: string) => number
  now: number
  isOnAws: boolean
}) {
  const theme = useTheme()
  const costs = compared.map(({ trials }) => costOf(trials, now))
  const settings = compared.map(({ sweep: { config, method, metric, limit } }) => [
    method,
    metric ? `${metric.goal} ${metric.name}` : 'none',
    limit === null ? 'none' : formatCount(limit),
    stopperOf(config),
  ])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
    <section className="scroll card flush" aria-label="Comparison of sweeps" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th>
              <span className="hidden">Name</span>
            </th>
            {compared.map(({ sweep }) => (
              <th key={sweep.id}>
                <i
                  className="swatch"
                  style={{ background: theme.series[colorOf(sweep.id)] }}
                  aria-hidden="true"
                />{' '}
                <Link href={sweepUrl(entity, project, sweep.id)}>{sweep.name ?? sweep.id}</Link>{' '}
                <StateBadge state={sweep.state} />{' '}
                <button
                  type="button"
                  className="ghost"
                  aria-label={`Remove ${sweep.name ?? sweep.id}`}
                  onClick={() =>
                    setSearchParams({
                      ids: compared.flatMap((one) => (one.sweep === sweep ? [] : [one.sweep.id])).join(','),
                    })
                  }
                >
                  ×
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Heading title="Result" columns={compared.length} />
          <tr>
            <th scope="row">Best value</th>
            {compared.map(({ sweep: { id, best, metric } }) => (
              <td key={id} title={exactText(best?.value)}>
                {best ? (
                  <>
                    <Link href={runUrl(entity, project, best.run)}>
                      <b>{formatNumber(best.value)}</b>
                    </Link>{' '}
                    <span className="muted">{metric?.name}</span>
                  </>
                ) : (
                  <span className="muted">none yet</span>
                )}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Trials</th>
            {compared.map(({ sweep }) => (
              <td key={sweep.id}>
                {formatCount(sweep.trials.handed_out)}
                <ProgressLegend sweep={sweep} />
              </td>
            ))}
          </tr>
          <Cells title="Elapsed" texts={costs.map(({ elapsedMs }) => formatDuration(elapsedMs))} />
          <Cells title="Compute" texts={costs.map(({ computeMs }) => formatDuration(computeMs))} />
          {isOnAws && (
            <Cells title="AWS cost (est.)" texts={costs.map(({ dollars }) => formatDollars(dollars))} />
          )}
        </tbody>
        <tbody>
          <Heading title="Config" columns={compared.length} />
          {['Method', 'Metric', 'Trial limit', 'Early stopping'].map((title, i) => (
            <Cells key={title} title={title} texts={settings.map((each) => each[i])} mark />
          ))}
        </tbody>
        <tbody>
          <Heading title="Search space" columns={compared.length} />
          {spaceRows(compared.map(({ sweep }) => sweep.config)).map(({ name, texts, differs }) => (
            <Cells key={name} title={name} texts={texts} mark differs={differs} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Heading = ({ title, columns }: { title: string; columns: number }) => (
  <tr className="group">
    <th colSpan={columns + 1} scope="rowgroup">
      {title}
    </th>
  </tr>
)

function Cells({
  title,
  texts,
  mark = false,
  differs = new Set(texts).size > 1,
}: {
  title: string
  texts: readonly (string | undefined)[]
  /** Marks rows whose cells differ. */
  mark?: boolean
  differs?: boolean
}) {
  return (
    <tr className={mark && differs ? 'differs' : undefined}>
      <th scope="row">
        {mark && differs && <span title="differs">≠ </span>}
        {title}
      </th>
      {Object.entries(texts).map(([i, text]) => (
        <td key={i}>{text ?? <span className="muted">not searched</span>}</td>
      ))}
    </tr>
  )
}

/** `hyperband, min_iter 3, eta 3`. */
function stopperOf(config: Readonly<Record<string, unknown>>): string {
  const given = config.early_terminate
  if (typeof given !== 'object' || given === null) return 'none'
  const { type, ...rest } = given as Readonly<Record<string, unknown>>
  return [type, ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`)].join(', ')
}
