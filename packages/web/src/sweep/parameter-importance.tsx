import { useQuery } from '@tanstack/react-query'
import { memo } from 'react'
import { getImportance, type SweepAt } from '../api/endpoints.ts'
import { formatSigned } from '../model/format.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'

/** Maximum bar width in % of its cell; the rest is for the number. */
const MAX_BAR_PERCENT = 72
/** Fewer trials give unreliable values. */
const MIN_TRIALS = 20
const MIN_VALUES = 3

/**
 * Refetched whenever the number of ended trials has grown by 10%. The server reads every trial for it, so it waits until the page has
 * loaded them (`complete`).
 */
export const useParameterImportance = (
  at: SweepAt,
  ended: number,
  complete: boolean,
  metric?: string,
  numbers?: string,
) =>
  useQuery({
    queryKey: [
      'importance',
      at.sweep,
      metric,
      numbers,
      Math.floor(Math.log(Math.max(1, ended)) / Math.log(1.1)),
    ],
    queryFn: () => getImportance(at, metric, numbers),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: complete && ended > 2,
  })

/** Importance bars with the direction of each parameter. */
export const ParameterImportance = memo(function ParameterImportance({
  at,
  ended,
  complete,
  metric,
  objective,
  numbers,
  goal,
}: {
  at: SweepAt
  ended: number
  complete: boolean
  metric: string
  /** The name of the metric in a sweep with several. */
  objective: string | undefined
  /** Bitmap of the trials that pass the filter; all when undefined. */
  numbers: string | undefined
  goal: 'minimize' | 'maximize'
}) {
  const result = useParameterImportance(at, ended, complete, objective, numbers)
  const all = result.data?.parameters ?? []
  const hasSignal = all.some(({ importance: share }) => share > 0)
  const max = Math.max(0.01, ...all.map(({ importance: share }) => share))
  return (
    <section className="card figure importance" aria-labelledby="importance">
      <header>
        <h2 id="importance">Parameter importance</h2>
        <p className="hint">
          PED-ANOVA importance for {metric}, Spearman correlation
          {numbers !== undefined && result.data && `, ${result.data.trials} filtered trials`}
          {result.data && result.data.trials < MIN_TRIALS && `; unreliable below ${MIN_TRIALS} trials`}
        </p>
      </header>
      {ended <= 2 && <p className="empty">Needs 3 finished trials.</p>}
      {result.isPending && ended > 2 && <Loading what="importance" />}
      {result.error && <ErrorMessage error={result.error} retry={() => void result.refetch()} />}
      {result.data && !hasSignal && (
        <p className="empty">
          {result.data.trials < MIN_VALUES
            ? 'Too few trials with a value.'
            : `No signal: the best trials do not differ from the others in any parameter.`}
        </p>
      )}
      {hasSignal && (
        <table className="bars">
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Importance</th>
              <th scope="col" title={`Spearman rank correlation with ${metric}`}>
                Correlation
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map(({ parameter, importance: share, correlation }) => (
              <tr key={parameter}>
                <th scope="row" title={parameter}>
                  {parameter}
                </th>
                <td>
                  <i
                    className="bar-part"
                    style={{ width: `${(MAX_BAR_PERCENT * share) / max}%` }}
                    aria-hidden="true"
                  />
                  <span>{Math.round(100 * share)}%</span>
                </td>
                <td className="direction" title={directionOf(correlation, goal)}>
                  {correlation !== null && (
                    <>
                      <span className="correlation" aria-hidden="true">
                        <i
                          className="correlation-bar"
                          data-good={correlation > 0 === (goal === 'maximize')}
                          style={{
                            width: `${50 * Math.abs(correlation)}%`,
                            left: `${50 + Math.min(0, 50 * correlation)}%`,
                          }}
                        />
                      </span>
                      <span aria-hidden="true">{formatSigned(correlation)}</span>
                      <span className="hidden">{directionOf(correlation, goal)}</span>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
})

function directionOf(correlation: number | null, goal: 'minimize' | 'maximize'): string {
  if (correlation === null) return ''
  if (Math.abs(correlation) < 0.1) return `no trend (${formatSigned(correlation)})`
  const better = correlation > 0 === (goal === 'maximize') ? 'higher' : 'lower'
  return `${better} is better (${formatSigned(correlation)})`
}

/** The numbers of the rows in a mask, as the API takes them: a bitmap in base64url. */
export function bitmapOf(mask: Uint8Array, numbers: readonly number[]): string {
  const last = numbers[numbers.length - 1] ?? 0
  const bytes = new Uint8Array(Math.ceil(last / 8))
  for (const [row, number] of numbers.entries())
    if (mask[row] === 1) bytes[(number - 1) >> 3]! |= 1 << ((number - 1) & 7)
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
