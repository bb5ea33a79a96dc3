import type { SweepBody, SweepPatch } from '@chimney/core/schema/api/sweeps'
import { type FormEvent, useId, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'

/** Name of a sweep. */
export function EditSweepDialog({
  sweep,
  busy,
  error,
  onSave,
  onClose,
}: {
  sweep: SweepBody
  busy: boolean
  error: Error | null
  onSave: (patch: SweepPatch) => void
  onClose: () => void
}) {
  const id = useId()
  const [name, setName] = useState(sweep.name ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave({ name: name.trim() || null })
  }
  return (
    <Dialog title="Rename sweep" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label htmlFor={`${id}name`}>Name</label>
        <input
          id={`${id}name`}
          value={name}
          maxLength={256}
          placeholder={sweep.id}
          onChange={(event) => setName(event.target.value)}
        />
        {error && <ErrorMessage error={error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={busy}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
