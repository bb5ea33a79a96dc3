import type { RunBody } from '@chimney/core/schema/api/runs'
import { setSearchParams } from '../app/location.ts'
import { runUrl } from '../app/routes.ts'
import { useTheme } from '../charts/theme.ts'
import { formatValue } from '../model/format.ts'
import { flatten } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'

/** Where the configs of the runs differ, and their summaries. */
export function ComparisonTable({
  runs,
  ids,
  entity,
  project,
}: {
  runs: readonly RunBody[]
  ids: readonly string[]
  entity: string
  project: string
}) {
  const theme = useTheme()
  const configs = runs.map(({ config }) => flatten(config))
  const summaries = runs.map(({ summary }) => summary)
  const rows = (all: readonly Readonly<Record<string, unknown>>[], differing: boolean) =>
    [...new Set(all.flatMap(Object.keys))]
      .filter((name) => !name.startsWith('_'))
      .map((name) => [name, all.map((values) => formatValue(values[name]))] as const)
      .filter(([, texts]) => !differing || new Set(texts).size > 1)
  const groups = [
    ['Config diff', rows(configs, true)],
    ['Summary', rows(summaries, false)],
  ] as const
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
    <section className="scroll card flush" aria-label="Comparison" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th>
              <span className="hidden">Name</span>
            </th>
            {runs.map((run) => (
              <th key={run.id}>
                <i
                  className="swatch"
                  style={{ background: theme.series[ids.indexOf(run.id) % theme.series.length] }}
                  aria-hidden="true"
                />{' '}
                <Link href={runUrl(entity, project, run.id)}>{run.name}</Link>{' '}
                <StateBadge state={run.state} />{' '}
                <button
                  type="button"
                  className="ghost"
                  aria-label={`Remove ${run.name}`}
                  onClick={() => setSearchParams({ runs: ids.filter((id) => id !== run.id).join(',') })}
                >
                  ×
                </button>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(([title, all]) => (
          <tbody key={title}>
            <tr className="group">
              <th colSpan={runs.length + 1} scope="rowgroup">
                {title}
              </th>
            </tr>
            {all.map(([name, texts]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {texts.map((text, i) => (
                  <td key={runs[i]!.id}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}
