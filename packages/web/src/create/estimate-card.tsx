import { useQuery } from '@tanstack/react-query'
import { useId, useMemo, useState } from 'react'
import { listTrials, type SweepAt } from '../api/endpoints.ts'
import { useViewer } from '../app/use-viewer.ts'
import { formatCount, formatDollars, formatDuration } from '../model/format.ts'
import { useDebounced } from '../ui/use-now.ts'
import { estimate, trialsOf } from './estimate.ts'

const CHECK_MS = 400
const DEFAULT_MINUTES = 10
/** Of the copied sweep, for the mean duration. */
const TRIALS_READ = 100

/** Time and cost of a sweep before it starts. */
export default function EstimateCard({ text, like }: { text: string; like: SweepAt | undefined }) {
  const id = useId()
  const [agents, setAgents] = useState('1')
  const [typed, setTyped] = useState<string>()
  const isOnAws = useViewer()?.hosted_on === 'aws'
  const earlier = useQuery({
    enabled: like !== undefined,
    queryKey: ['trial-duration', like?.entity, like?.project, like?.sweep],
    queryFn: async () => {
      const { items } = await listTrials(like!, TRIALS_READ)
      const durations = items.flatMap(({ state, started_at, updated_at }) =>
        state === 'finished' && started_at ? [Date.parse(updated_at) - Date.parse(started_at)] : [],
      )
      return durations.length === 0 ? null : durations.reduce((sum, ms) => sum + ms, 0) / durations.length
    },
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  const known = earlier ? String(Number((earlier / 60_000).toPrecision(2))) : undefined
  const minutes = typed ?? known ?? String(DEFAULT_MINUTES)
  const settled = useDebounced(text, CHECK_MS)
  const trials = useMemo(() => trialsOf(settled), [settled])
  const made =
    trials !== undefined && Number.isFinite(trials) && Number(minutes) > 0 && Number(agents) >= 1
      ? estimate(trials, 60_000 * Number(minutes), Math.floor(Number(agents)))
      : undefined
  return (
    <section className="card" aria-label="Estimate">
      <div className="row">
        <h2>Estimate</h2>
        <label htmlFor={`${id}m`}>Minutes per trial</label>
        <input
          id={`${id}m`}
          className="short"
          inputMode="decimal"
          value={minutes}
          onChange={(event) => setTyped(event.target.value)}
        />
        <label htmlFor={`${id}a`}>Agents</label>
        <input
          id={`${id}a`}
          className="short"
          inputMode="numeric"
          value={agents}
          onChange={(event) => setAgents(event.target.value)}
        />
      </div>
      <p role="status">
        {made ? (
          <>
            <b>{formatCount(made.trials)} trials</b>: {formatDuration(made.computeMs)} of compute
            {made.elapsedMs !== made.computeMs && <>, {formatDuration(made.elapsedMs)} elapsed</>}
            {isOnAws && <>, {formatDollars(made.dollars)} of AWS for the service</>}.
          </>
        ) : trials === Number.POSITIVE_INFINITY ? (
          'No trial limit: the sweep runs until you stop it. Set Max trials for an estimate.'
        ) : trials === undefined ? (
          'Correct the config for an estimate.'
        ) : (
          'Enter numbers above 0.'
        )}
      </p>
      <p className="muted">
        {typed === undefined && known !== undefined && 'The duration is the mean of the copied sweep. '}
        Early stopping makes it shorter, failed and repeated trials longer.
      </p>
    </section>
  )
}
