import type { TrialBody } from '@chimney/core/schema/api/trials'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { requeueTrial, type SweepAt, voidTrial } from '../api/endpoints.ts'
import { formatNumber } from '../model/format.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'

/** What an ended trial said before it was voided, corrected or requeued. */
export function EarlierResults({ trial, metric }: { trial: TrialBody; metric: string | undefined }) {
  if (!trial.voided && !trial.earlier) return null
  const text = ({ state, attempt, value }: NonNullable<TrialBody['earlier']>[number]) =>
    `attempt ${attempt} ${state}${value === undefined ? '' : ` with ${metric ?? 'value'} ${formatNumber(value)}`}`
  return (
    <p className="muted">
      {trial.voided && <b>Void: {trial.voided.reason}. </b>}
      {trial.earlier && <>Before: {trial.earlier.map(text).join('; ')}.</>}
    </p>
  )
}

/** Buttons for an ended trial: void its result, or run it again. */
export function TrialAmendments({
  at,
  trial,
  onChanged,
}: {
  at: SweepAt
  trial: TrialBody
  onChanged: () => void
}) {
  const [dialog, setDialog] = useState<'void' | 'requeue'>()
  const close = () => {
    setDialog(undefined)
    amend.reset()
  }
  const amend = useMutation({
    mutationFn: (work: () => Promise<TrialBody>) => work(),
    onSuccess: () => {
      close()
      onChanged()
    },
  })
  return (
    <>
      <button type="button" onClick={() => setDialog('requeue')}>
        Run again
      </button>
      {!trial.voided && (
        <button type="button" className="danger" onClick={() => setDialog('void')}>
          Void result
        </button>
      )}
      {dialog === 'requeue' && (
        <Dialog title={`Run trial ${trial.number} again?`} onClose={close}>
          <p>The next free agent runs it with the same parameters. A finished sweep is reopened for it.</p>
          {amend.error && <ErrorMessage error={amend.error} />}
          <div className="row end">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button
              type="button"
              className="primary"
              disabled={amend.isPending}
              onClick={() => amend.mutate(() => requeueTrial(at, trial.number))}
            >
              Run again
            </button>
          </div>
        </Dialog>
      )}
      {dialog === 'void' && (
        <Dialog title={`Void the result of trial ${trial.number}?`} onClose={close}>
          <VoidForm
            busy={amend.isPending}
            error={amend.error}
            onVoid={(reason) => amend.mutate(() => voidTrial(at, trial.number, reason))}
            onCancel={close}
          />
        </Dialog>
      )}
    </>
  )
}

function VoidForm({
  busy,
  error,
  onVoid,
  onCancel,
}: {
  busy: boolean
  error: Error | null
  onVoid: (reason: string | undefined) => void
  onCancel: () => void
}) {
  const [reason, setReason] = useState('')
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onVoid(reason.trim() === '' ? undefined : reason.trim())
  }
  return (
    <form onSubmit={submit}>
      <p>It is not the best any more, and the search forgets it. The run stays.</p>
      <label htmlFor={id}>Reason (optional)</label>
      <input id={id} value={reason} maxLength={2_000} onChange={(event) => setReason(event.target.value)} />
      {error && <ErrorMessage error={error} />}
      <div className="row end">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="danger" disabled={busy}>
          Void result
        </button>
      </div>
    </form>
  )
}
