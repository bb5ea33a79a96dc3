import type { RunBody } from '@chimney/core/schema/api/runs'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { deleteRun, type RunAt, updateRun } from '../api/endpoints.ts'
import { navigate } from '../app/location.ts'
import { projectUrl } from '../app/routes.ts'
import { tagsOf } from '../model/tags.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'

/** Name and tags of a run, and its deletion. */
export function RunActions({ at, run, onChanged }: { at: RunAt; run: RunBody; onChanged: () => void }) {
  const client = useQueryClient()
  const [dialog, setDialog] = useState<'edit' | 'delete'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <button type="button" onClick={() => setDialog('edit')}>
        Edit
      </button>
      <button type="button" className="danger" onClick={() => setDialog('delete')}>
        Delete
      </button>
      {dialog === 'edit' && (
        <EditDialog
          at={at}
          run={run}
          onClose={close}
          onDone={() => {
            close()
            onChanged()
          }}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete ${run.name}?`}
          label="Delete run"
          work={() => deleteRun(at)}
          onDone={() => {
            void client.invalidateQueries({ queryKey: ['run-table', at.entity, at.project] })
            navigate(projectUrl(at.entity, at.project))
          }}
          onClose={close}
        >
          <p>
            Its history and files are deleted. This can't be undone.
            {run.sweep !== null && ' Its trial stays in the sweep and is void.'}
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

function EditDialog({
  at,
  run,
  onDone,
  onClose,
}: {
  at: RunAt
  run: RunBody
  onDone: () => void
  onClose: () => void
}) {
  const id = useId()
  const [name, setName] = useState(run.name)
  const [tags, setTags] = useState(run.tags.join(', '))
  const sent = useMutation({
    mutationFn: () => updateRun(at, { name: name.trim(), tags: tagsOf(tags) }),
    onSuccess: onDone,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    sent.mutate()
  }
  return (
    <Dialog title="Edit run" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label htmlFor={`${id}name`}>Name</label>
        <input
          id={`${id}name`}
          value={name}
          required
          maxLength={256}
          onChange={(event) => setName(event.target.value)}
        />
        <label htmlFor={`${id}tags`}>Tags, separated by commas</label>
        <input id={`${id}tags`} value={tags} onChange={(event) => setTags(event.target.value)} />
        {sent.error && <ErrorMessage error={sent.error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={sent.isPending || name.trim() === ''}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
