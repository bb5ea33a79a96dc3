import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteSweep, updateSweep } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { compareSweepsUrl, MAX_COMPARED_SWEEPS } from '../app/routes.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { BulkStatus, useBulkWork } from '../ui/bulk-work.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Link } from '../ui/link.tsx'

const counted = (count: number) => (count === 1 ? '1 sweep' : `${count} sweeps`)

/** What can be done with the selected sweeps. */
export function SweepBulkActions({
  at: { entity, project },
  sweeps,
  onClear,
}: {
  at: { readonly entity: string; readonly project: string }
  sweeps: readonly SweepBody[]
  onClear: () => void
}) {
  const client = useQueryClient()
  const canWrite = useCanWrite()
  const work = useBulkWork(() => void client.invalidateQueries({ queryKey: ['sweeps', entity, project] }))
  const [dialog, setDialog] = useState<'finish' | 'delete'>()
  const at = ({ id }: SweepBody) => ({ entity, project, sweep: id })
  const inState = (...states: readonly SweepBody['state'][]) =>
    sweeps.filter(({ state }) => states.includes(state))
  const [running, paused, open] = [inState('running'), inState('paused'), inState('running', 'paused')]
  const archived = sweeps.filter((sweep) => sweep.archived)
  const shown = sweeps.filter((sweep) => !sweep.archived)
  const archive = (which: readonly SweepBody[], archived: boolean) => {
    onClear()
    void work.start(
      `${archived ? 'Archiving' : 'Unarchiving'} ${counted(which.length)}`,
      which.map((sweep) => ({
        label: sweep.name ?? sweep.id,
        work: () => updateSweep(at(sweep), { archived }),
        undo: () => updateSweep(at(sweep), { archived: !archived }),
      })),
    )
  }
  /** `undo`: the state before, where a change back has no other effects. */
  const change = (
    title: string,
    which: readonly SweepBody[],
    state: SweepBody['state'],
    undo?: SweepBody['state'],
  ) => {
    setDialog(undefined)
    void work.start(
      `${title} ${counted(which.length)}`,
      which.map((sweep) => ({
        label: sweep.name ?? sweep.id,
        work: () => updateSweep(at(sweep), { state }),
        ...(undo && { undo: () => updateSweep(at(sweep), { state: undo }) }),
      })),
    )
  }
  const remove = () => {
    setDialog(undefined)
    onClear()
    void work.start(
      `Deleting ${counted(sweeps.length)}`,
      sweeps.map((sweep) => ({
        label: sweep.name ?? sweep.id,
        work: () => deleteSweep(at(sweep)).catch(unlessGone),
      })),
    )
  }
  return (
    <>
      {sweeps.length > 0 && (
        <section className="controls selection" aria-label="Selected sweeps">
          <span className="muted">{counted(sweeps.length)} selected</span>
          {sweeps.length > 1 &&
            (sweeps.length <= MAX_COMPARED_SWEEPS ? (
              <Link
                className="button primary"
                href={compareSweepsUrl(
                  entity,
                  project,
                  sweeps.map(({ id }) => id),
                )}
              >
                Compare {sweeps.length}
              </Link>
            ) : (
              <span className="muted">up to {MAX_COMPARED_SWEEPS} can be compared</span>
            ))}
          {canWrite && (
            <>
              {running.length > 0 && (
                <button type="button" onClick={() => change('Pausing', running, 'paused', 'running')}>
                  Pause {running.length}
                </button>
              )}
              {paused.length > 0 && (
                <button type="button" onClick={() => change('Resuming', paused, 'running', 'paused')}>
                  Resume {paused.length}
                </button>
              )}
              {open.length > 0 && (
                <button type="button" onClick={() => setDialog('finish')}>
                  Stop {open.length}
                </button>
              )}
              {shown.length > 0 && (
                <button type="button" onClick={() => archive(shown, true)}>
                  Archive {shown.length}
                </button>
              )}
              {archived.length > 0 && (
                <button type="button" onClick={() => archive(archived, false)}>
                  Unarchive {archived.length}
                </button>
              )}
              <button type="button" className="danger" onClick={() => setDialog('delete')}>
                Delete {sweeps.length}
              </button>
            </>
          )}
          <button type="button" className="ghost" onClick={onClear}>
            Clear
          </button>
        </section>
      )}
      <BulkStatus work={work} />
      {dialog && (
        <Dialog
          title={dialog === 'finish' ? `Stop ${counted(open.length)}?` : `Delete ${counted(sweeps.length)}?`}
          onClose={() => setDialog(undefined)}
        >
          <p>
            {dialog === 'finish'
              ? 'No new trials start. Running trials will finish. Raise the trial limit of a sweep to resume it.'
              : "Their trials and runs are deleted with histories and files. This can't be undone."}
          </p>
          <div className="row end">
            <button type="button" onClick={() => setDialog(undefined)}>
              Cancel
            </button>
            <button
              type="button"
              className="danger"
              onClick={() => (dialog === 'finish' ? change('Stopping', open, 'finished') : remove())}
            >
              {dialog === 'finish' ? `Stop ${counted(open.length)}` : `Delete ${counted(sweeps.length)}`}
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}

const unlessGone = (error: unknown) => {
  if (!(error instanceof ApiError && error.status === 404)) throw error
}
