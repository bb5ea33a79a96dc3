import type { Finding } from '@chimney/core/schema/api/diagnosis'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { useQuery } from '@tanstack/react-query'
import { memo, useEffect, useState } from 'react'
import { getDiagnosis, type SweepAt } from '../api/endpoints.ts'
import { runUrl } from '../app/routes.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { formatNumber } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { Link } from '../ui/link.tsx'
import { EvidencePlot } from './evidence-plot.tsx'
import { RemedyButton } from './remedy-button.tsx'

/** Trials that a finding links to; its numbers say how many there are. */
const MAX_LINKS = 6
const LABELS: Readonly<Record<Finding['severity'], string>> = {
  error: 'Error',
  warning: 'Warning',
  remark: 'Remark',
}

/**
 * Refetched whenever the number of ended trials has grown by 10%, and when the sweep changes its state. An older service does not
 * have it, and the page works without: failures are not shown.
 */
const useDiagnosis = (at: SweepAt, ended: number, state: string, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ['diagnosis', at.sweep, state, Math.floor(Math.log(Math.max(1, ended + 1)) / Math.log(1.1))],
    queryFn: () => getDiagnosis(at),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

/** The first paint of a large sweep needs the service and the page's thread: true a moment after its trials are there. */
const PAINT_MS = 1_000
function useAfterTrials(loaded: boolean): boolean {
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    if (!loaded) return
    const timer = setTimeout(() => setPainted(true), PAINT_MS)
    return () => clearTimeout(timer)
  }, [loaded])
  return painted
}

/** What is wrong with the sweep. Nothing while nothing was found. */
export const DiagnosisCard = memo(function DiagnosisCard({
  at,
  ended,
  state,
  trials,
  table,
  onChanged,
}: {
  at: SweepAt
  ended: number
  state: string
  trials: readonly TrialBody[]
  table: TrialTable
  onChanged: () => void
}) {
  const { data } = useDiagnosis(at, ended, state, useAfterTrials(ended === 0 || trials.length > 0))
  const findings = data?.findings ?? []
  if (findings.length === 0) return null
  const serious = findings.filter(({ severity }) => severity !== 'remark')
  const remarks = findings.filter(({ severity }) => severity === 'remark')
  const items = (list: readonly Finding[]) => (
    <ul className="findings">
      {list.map((finding) => (
        <FindingItem
          key={`${finding.code} ${finding.message}`}
          at={at}
          finding={finding}
          trials={trials}
          table={table}
          onChanged={onChanged}
        />
      ))}
    </ul>
  )
  return (
    <section className="card diagnosis" aria-labelledby="diagnosis">
      <header>
        <h2 id="diagnosis">Diagnosis</h2>
        <p className="hint">of {data!.trials === 1 ? '1 trial' : `${data!.trials} trials`}</p>
      </header>
      {serious.length > 0 && items(serious)}
      {remarks.length > 0 && (
        <details open={serious.length === 0}>
          <summary>{remarks.length === 1 ? '1 remark' : `${remarks.length} remarks`}</summary>
          {items(remarks)}
        </details>
      )}
    </section>
  )
})

function FindingItem({
  at,
  finding: { severity, message, evidence, fix, remedy },
  trials,
  table,
  onChanged,
}: {
  at: SweepAt
  finding: Finding
  trials: readonly TrialBody[]
  table: TrialTable
  onChanged: () => void
}) {
  const canWrite = useCanWrite()
  const runs = evidence.trials.slice(0, MAX_LINKS).flatMap((number) => {
    const trial =
      trials[number - 1]?.number === number ? trials[number - 1] : trials.find((one) => one.number === number)
    return trial ? [trial] : []
  })
  const numbers = Object.entries(evidence.numbers)
  return (
    <li data-severity={severity}>
      <p>
        <b className="severity">{LABELS[severity]}</b> {message}
      </p>
      <p className="fix">To do: {fix}.</p>
      {(runs.length > 0 || numbers.length > 0) && (
        <p className="muted">
          {runs.map(({ number, run }, i) => (
            <span key={number}>
              {i > 0 && ', '}
              <Link href={runUrl(at.entity, at.project, run)}>trial {number}</Link>
            </span>
          ))}
          {evidence.trials.length > runs.length && runs.length > 0 && ', …'}
          {runs.length > 0 && numbers.length > 0 && ' · '}
          {numbers.map(([name, value]) => `${name.replaceAll('_', ' ')} ${formatNumber(value)}`).join(' · ')}
        </p>
      )}
      <div className="remedy">
        {remedy && canWrite && <RemedyButton at={at} remedy={remedy} onChanged={onChanged} />}
        <EvidencePlot table={table} keys={evidence.keys} trials={evidence.trials} />
      </div>
    </li>
  )
}
