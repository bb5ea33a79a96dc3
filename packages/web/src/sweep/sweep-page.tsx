import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { type SweepAt, updateSweep } from '../api/endpoints.ts'
import { SweepFeed } from '../api/sweep-feed.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { readOnly } from '../app/share-link.ts'
import { type Filter, filterText, parseFilter } from '../model/filter.ts'
import { trialTable } from '../model/trial-table.ts'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Notes } from '../ui/notes.tsx'
import { useDebounced } from '../ui/use-now.ts'
import { AgentCommands, Config } from './agent-commands.tsx'
import { DiagnosisCard } from './diagnosis-card.tsx'
import { SweepHeader } from './sweep-header.tsx'
import { Results } from './sweep-results.tsx'

const URL_DEBOUNCE_MS = 350

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
  const { query } = useLocation()
  const objective = query.get('objective') ?? undefined
  // Only the config: the counters of the sweep change with every trial.
  const config = JSON.stringify(sweep?.config)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `config` stands for the sweep
  const table = useMemo(() => trialTable(sweep, trials, objective), [config, trials, objective])
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
      <SweepHeader at={at} sweep={sweep} feed={feed} table={table} onChanged={sweepFeed.restart} />
      <Notes
        text={sweep.description}
        save={(description) => updateSweep(at, { description }).then(sweepFeed.restart)}
      />
      {feed.complete && (
        <DiagnosisCard
          at={at}
          ended={sweep.trials.handed_out - sweep.trials.open}
          state={sweep.state}
          trials={trials}
          table={table}
          onChanged={sweepFeed.restart}
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
          onChanged={sweepFeed.restart}
          onFilter={setFilter}
        />
      )}
    </>
  )
}
