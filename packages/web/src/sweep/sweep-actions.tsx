import type { SweepBody, SweepPatch } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { deleteSweep, requeueTrials, type SweepAt, updateSweep } from '../api/endpoints.ts'
import { navigate } from '../app/location.ts'
import { newSweepFromUrl, projectUrl } from '../app/routes.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { EditSweepDialog } from './edit-sweep-dialog.tsx'
import { EnqueueDialog } from './enqueue-dialog.tsx'
import { ShareDialog } from './share-dialog.tsx'

type OpenDialog = 'edit' | 'delete' | 'finish' | 'cancel' | 'cap' | 'enqueue' | 'requeue' | 'share'

/** Actions on a sweep: pause, resume, stop, cancel, trial limit, enqueue, run failed trials again, share. */
export function SweepActions({
  at,
  sweep,
  like,
  onChanged,
}: {
  at: SweepAt
  sweep: SweepBody
  /** Prefills the enqueue dialog. */
  like: TrialBody | undefined
  onChanged: () => void
}) {
  const client = useQueryClient()
  const [dialog, setDialog] = useState<OpenDialog>()
  const change = useMutation({
    mutationFn: (patch: SweepPatch) => updateSweep(at, patch),
    onSuccess: () => {
      setDialog(undefined)
      onChanged()
    },
  })
  const requeue = useMutation({
    mutationFn: () => requeueTrials(at, 'failed,crashed'),
    onSuccess: () => {
      setDialog(undefined)
      onChanged()
    },
  })
  const failed = sweep.trials.failed + sweep.trials.crashed
  const busy = change.isPending || requeue.isPending
  const open = sweep.state === 'running' || sweep.state === 'paused'
  const close = () => {
    setDialog(undefined)
    change.reset()
    requeue.reset()
  }
  return (
    <div className="controls">
      {sweep.state === 'running' && (
        <button type="button" disabled={busy} onClick={() => change.mutate({ state: 'paused' })}>
          Pause
        </button>
      )}
      {sweep.state === 'paused' && (
        <button
          type="button"
          className="primary"
          disabled={busy}
          onClick={() => change.mutate({ state: 'running' })}
        >
          Resume
        </button>
      )}
      {open && (
        <button type="button" disabled={busy} onClick={() => setDialog('finish')}>
          Stop
        </button>
      )}
      {(open || sweep.state === 'finished') && (
        <button type="button" disabled={busy} onClick={() => setDialog('cap')}>
          Trial limit
        </button>
      )}
      {sweep.state !== 'cancelled' && (
        <button type="button" onClick={() => setDialog('enqueue')}>
          Enqueue
        </button>
      )}
      {sweep.state !== 'cancelled' && failed > 0 && (
        <button type="button" disabled={busy} onClick={() => setDialog('requeue')}>
          Run failed again
        </button>
      )}
      <button type="button" onClick={() => setDialog('share')}>
        Share
      </button>
      {open && (
        <button type="button" className="danger" disabled={busy} onClick={() => setDialog('cancel')}>
          Cancel
        </button>
      )}
      <Menu label="More actions" icon={<Ellipsis size={16} aria-hidden="true" />}>
        <MenuItem onSelect={() => setDialog('edit')}>Rename…</MenuItem>
        <MenuItem onSelect={() => navigate(newSweepFromUrl(at.entity, at.project, at.sweep))}>
          Copy as new sweep…
        </MenuItem>
        <MenuItem onSelect={() => setDialog('delete')}>Delete sweep…</MenuItem>
      </Menu>
      {dialog === 'edit' && (
        <EditSweepDialog
          sweep={sweep}
          busy={busy}
          error={change.error}
          onSave={(patch) => change.mutate(patch)}
          onClose={close}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete ${sweep.name ?? sweep.id}?`}
          label="Delete sweep"
          work={() => deleteSweep(at)}
          onDone={() => {
            void client.invalidateQueries({ queryKey: ['sweeps', at.entity, at.project] })
            navigate(projectUrl(at.entity, at.project))
          }}
          onClose={close}
        >
          <p>Its trials and their runs are deleted with histories and files. This can't be undone.</p>
        </ConfirmDialog>
      )}
      {change.error && dialog === undefined && <ErrorMessage error={change.error} />}
      {dialog === 'finish' && (
        <Dialog title="Stop sweep?" onClose={close}>
          <p>No new trials start. Running trials will finish. Raise the limit to resume.</p>
          {change.error && <ErrorMessage error={change.error} />}
          <ConfirmButtons
            label="Stop sweep"
            busy={busy}
            onConfirm={() => change.mutate({ state: 'finished' })}
            onCancel={close}
          />
        </Dialog>
      )}
      {dialog === 'cancel' && (
        <Dialog title="Cancel sweep?" onClose={close}>
          <p>
            Running trials are stopped and their results are discarded. This can't be undone.
            {sweep.trials.open > 0 && (
              <>
                {' '}
                {sweep.trials.open} {sweep.trials.open === 1 ? 'trial is' : 'trials are'} running.
              </>
            )}
          </p>
          {change.error && <ErrorMessage error={change.error} />}
          <ConfirmButtons
            label="Cancel sweep"
            busy={busy}
            danger
            onConfirm={() => change.mutate({ state: 'cancelled' })}
            onCancel={close}
          />
        </Dialog>
      )}
      {dialog === 'enqueue' && (
        <EnqueueDialog at={at} sweep={sweep} like={like} onClose={close} onDone={onChanged} />
      )}
      {dialog === 'requeue' && (
        <Dialog title="Run failed trials again?" onClose={close}>
          <p>
            {failed === 1
              ? '1 trial that failed or crashed runs'
              : `${failed} trials that failed or crashed run`}{' '}
            again with the same parameters. A finished sweep is reopened for that.
          </p>
          {requeue.error && <ErrorMessage error={requeue.error} />}
          <ConfirmButtons
            label="Run again"
            back="Cancel"
            busy={busy}
            onConfirm={() => requeue.mutate()}
            onCancel={close}
          />
        </Dialog>
      )}
      {dialog === 'share' && <ShareDialog at={at} onClose={close} />}
      {dialog === 'cap' && (
        <Dialog title="Trial limit" onClose={close}>
          <TrialLimitForm
            sweep={sweep}
            busy={busy}
            error={change.error}
            onCap={(cap) => change.mutate({ run_cap: cap })}
            onCancel={close}
          />
        </Dialog>
      )}
    </div>
  )
}

function ConfirmButtons({
  label,
  busy,
  danger = false,
  back = 'Keep running',
  onConfirm,
  onCancel,
}: {
  label: string
  back?: string
  busy: boolean
  danger?: boolean
  onConfirm: () => void
  onCancel: () => void
}) {
  return (
    <div className="row end">
      <button type="button" onClick={onCancel}>
        {back}{' '}
      </button>{' '}
      <button type="button" className={danger ? 'danger' : 'primary'} disabled={busy} onClick={onConfirm}>
        {label}
      </button>
    </div>
  )
}

function TrialLimitForm({
  sweep,
  busy,
  error,
  onCap,
  onCancel,
}: {
  sweep: SweepBody
  busy: boolean
  error: Error | null
  onCap: (cap: number) => void
  onCancel: () => void
}) {
  const [cap, setCap] = useState(String(sweep.limit ?? sweep.trials.handed_out + 20))
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCap(Number(cap))
  }
  return (
    <form onSubmit={submit}>
      <p>
        {sweep.trials.handed_out} {sweep.trials.handed_out === 1 ? 'trial' : 'trials'} started.{' '}
        {sweep.state === 'finished' && 'Raise the limit to resume.'}
      </p>
      <label htmlFor={id}>Total trials</label>
      <input
        id={id}
        type="number"
        min={1}
        step={1}
        required
        value={cap}
        onChange={(event) => setCap(event.target.value)}
      />
      {error && <ErrorMessage error={error} />}
      <div className="row end">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={busy}>
          Set limit
        </button>
      </div>
    </form>
  )
}
