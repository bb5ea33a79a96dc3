import type { Remedy } from '@chimney/core/schema/api/diagnosis'
import { useMutation } from '@tanstack/react-query'
import { requeueTrials, type SweepAt, updateSweep } from '../api/endpoints.ts'
import { newSweepFromUrl } from '../app/routes.ts'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'

/** What a remedy does: a new sweep is only proposed, everything else happens at once. */
const LABELS: Readonly<Record<'running' | 'finished', string>> = {
  running: 'Resume sweep',
  finished: 'Finish sweep',
}

export function RemedyButton({
  at,
  remedy,
  onChanged,
}: {
  at: SweepAt
  remedy: Remedy
  onChanged: () => void
}) {
  const work = useMutation({
    mutationFn: async () => {
      if (remedy.kind === 'requeue') await requeueTrials(at, 'failed,crashed')
      else if (remedy.kind === 'state') await updateSweep(at, { state: remedy.state })
      else if (remedy.kind === 'run-cap') await updateSweep(at, { run_cap: remedy.run_cap })
    },
    onSuccess: onChanged,
  })
  if (remedy.kind === 'new-sweep')
    return (
      <Link className="button" href={newSweepFromUrl(at.entity, at.project, at.sweep, remedy.changes)}>
        New sweep with this change
      </Link>
    )
  return (
    <>
      <button type="button" disabled={work.isPending || work.isSuccess} onClick={() => work.mutate()}>
        {remedy.kind === 'requeue'
          ? 'Run failed trials again'
          : remedy.kind === 'run-cap'
            ? `Raise the trial limit to ${remedy.run_cap}`
            : LABELS[remedy.state]}
      </button>
      {work.error && <ErrorMessage error={work.error} />}
    </>
  )
}
