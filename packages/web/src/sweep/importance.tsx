import { useQuery } from '@tanstack/react-query'
import { memo } from 'react'
import { importance, type SweepAt } from '../api/calls.ts'
import { formatNumber } from '../model/format.ts'
import { Loading, Trouble } from '../ui/trouble.tsx'

/** Below so many trials the numbers are mostly chance. */
const ENOUGH = 20

/** How much each parameter matters. Asked again when there is a tenth more to learn from: it reads every trial. */
export const Importance = memo(function Importance({
  at,
  ended,
  goal,
}: {
  at: SweepAt
  ended: number
  goal: 'minimize' | 'maximize'
}) {
  const told = useQuery({
    queryKey: ['importance', at.sweep, Math.floor(Math.log(Math.max(1, ended)) / Math.log(1.1))],
    queryFn: () => importance(at),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: ended > 2,
  })
  const all = told.data?.parameters ?? []
  const most = Math.max(0.01, ...all.map(({ importance: share }) => share))
  return (
    <section className="card figure importance" aria-labelledby="importance">
      <header>
        <h2 id="importance">What matters</h2>
        <p className="hint">
          Share of the result that each parameter explains by itself
          {told.data && told.data.trials < ENOUGH && <>; with {told.data.trials} trials mostly chance</>}.
        </p>
      </header>
      {ended <= 2 && <p className="empty">A few trials have to end first.</p>}
      {told.isLoading && <Loading what="importance" />}
      {told.error && <Trouble error={told.error} retry={() => void told.refetch()} />}
      {all.length > 0 && (
        <table className="bars">
          <thead className="hidden">
            <tr>
              <th>Parameter</th>
              <th>Importance</th>
              <th>Direction</th>
            </tr>
          </thead>
          <tbody>
            {all.map(({ parameter, importance: share, correlation }) => (
              <tr key={parameter}>
                <th scope="row">{parameter}</th>
                <td>
                  <i style={{ width: `${(100 * share) / most}%` }} aria-hidden="true" />
                  <span>{Math.round(100 * share)} %</span>
                </td>
                <td className="soft">{directionOf(correlation, goal)}</td>
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
  if (Math.abs(correlation) < 0.1) return `no trend (${formatNumber(correlation, 2)})`
  const better = correlation > 0 === (goal === 'maximize') ? 'higher' : 'lower'
  return `${better} is better (${formatNumber(correlation, 2)})`
}
