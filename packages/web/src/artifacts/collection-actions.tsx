import type { ArtifactCollection } from '@chimney/core/schema/api/artifacts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { navigate } from '../app/location.ts'
import { artifactsUrl, artifactUrl } from '../app/routes.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { deleteCollection, updateCollection } from './artifact-endpoints.ts'
import { DescribeDialog } from './version-actions.tsx'

/** Name, description and deletion of a collection. */
export function CollectionActions({ collection }: { collection: ArtifactCollection }) {
  const client = useQueryClient()
  const [dialog, setDialog] = useState<'rename' | 'describe' | 'delete'>()
  const close = () => setDialog(undefined)
  const { entity, project, name, kind } = collection
  const at = { entity, project, collection: name }
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['artifact-collections', entity, project] })
    void client.invalidateQueries({ queryKey: ['artifact-collection', entity, project, name] })
  }
  return (
    <>
      <Menu label="More actions" icon={<Ellipsis size={16} aria-hidden="true" />}>
        <MenuItem onSelect={() => setDialog('rename')}>Rename collection…</MenuItem>
        <MenuItem onSelect={() => setDialog('describe')}>Describe collection…</MenuItem>
        <MenuItem onSelect={() => setDialog('delete')}>Delete collection…</MenuItem>
      </Menu>
      {dialog === 'rename' && (
        <RenameDialog
          collection={collection}
          onClose={close}
          onDone={(renamed) => {
            close()
            void client.invalidateQueries({ queryKey: ['artifact-collections', entity, project] })
            navigate(artifactUrl({ ...collection, collection: renamed }))
          }}
        />
      )}
      {dialog === 'describe' && (
        <DescribeDialog
          title={`Describe ${name}`}
          text={collection.description ?? ''}
          save={(description) => updateCollection(at, { description })}
          onClose={close}
          onDone={() => {
            close()
            refresh()
          }}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          label="Delete collection"
          work={() => deleteCollection(at)}
          onDone={() => {
            void client.invalidateQueries({ queryKey: ['artifact-collections', entity, project] })
            navigate(artifactsUrl(entity, project))
          }}
          onClose={close}
        >
          <p>
            {kind === 'portfolio'
              ? 'Its links are deleted; the versions that they link to stay.'
              : "All of its versions are deleted, and links to them. This can't be undone."}
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

function RenameDialog({
  collection,
  onDone,
  onClose,
}: {
  collection: ArtifactCollection
  onDone: (name: string) => void
  onClose: () => void
}) {
  const id = useId()
  const [text, setText] = useState(collection.name)
  const at = { ...collection, collection: collection.name }
  const sent = useMutation({
    mutationFn: () => updateCollection(at, { name: text.trim() }),
    onSuccess: ({ name }) => onDone(name),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    sent.mutate()
  }
  return (
    <Dialog title={`Rename ${collection.name}`} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label htmlFor={id}>Name</label>
        <input
          id={id}
          value={text}
          required
          maxLength={128}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="muted">Code that uses the old name no longer finds it.</p>
        {sent.error && <ErrorMessage error={sent.error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={sent.isPending || text.trim() === ''}>
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  )
}
