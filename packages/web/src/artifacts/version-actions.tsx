import type { ArtifactVersion } from '@chimney/core/schema/api/artifacts'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { navigate } from '../app/location.ts'
import { artifactUrl } from '../app/routes.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { deleteVersion, updateVersion } from './artifact-endpoints.ts'

/** Description and deletion of a version. */
export function VersionActions({
  version,
  onChanged,
  onDeleted,
}: {
  version: ArtifactVersion
  onChanged: () => unknown
  onDeleted: () => void
}) {
  const [dialog, setDialog] = useState<'describe' | 'delete'>()
  const close = () => setDialog(undefined)
  const isLink = version.source !== null
  const { version: name, aliases } = version
  return (
    <>
      <button type="button" onClick={() => setDialog('describe')}>
        Describe
      </button>
      <button type="button" className="danger" onClick={() => setDialog('delete')}>
        {isLink ? 'Unlink' : 'Delete version'}
      </button>
      {dialog === 'describe' && (
        <DescribeDialog
          title={`Describe ${version.collection}:${name}`}
          text={version.description ?? ''}
          save={(description) => updateVersion(version, { description })}
          onClose={close}
          onDone={() => {
            close()
            void onChanged()
          }}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`${isLink ? 'Unlink' : 'Delete'} ${version.collection}:${name}?`}
          label={isLink ? 'Unlink' : aliases.length > 0 ? 'Delete with aliases' : 'Delete version'}
          work={() => deleteVersion(version, true)}
          onDone={() => {
            onDeleted()
            navigate(artifactUrl({ ...version, version: undefined }))
          }}
          onClose={close}
        >
          <p>
            {isLink
              ? 'The version that it links to stays.'
              : "The version and its links are deleted. Its number is not used again. This can't be undone."}
            {aliases.length > 0 && ` It has the aliases ${aliases.join(', ')}, which go with it.`}
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

export function DescribeDialog({
  title,
  text: before,
  save,
  onDone,
  onClose,
}: {
  title: string
  text: string
  save: (description: string | null) => Promise<unknown>
  onDone: () => void
  onClose: () => void
}) {
  const id = useId()
  const [text, setText] = useState(before)
  const sent = useMutation({
    mutationFn: () => save(text.trim() === '' ? null : text),
    onSuccess: onDone,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    sent.mutate()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label htmlFor={id}>Description</label>
        <textarea
          id={id}
          rows={5}
          maxLength={10_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {sent.error && <ErrorMessage error={sent.error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={sent.isPending}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
