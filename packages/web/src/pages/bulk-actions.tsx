import type { RunRow } from '@chimney/core/schema/api/run-table'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteRun, updateRun } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { ARCHIVED } from '../model/tags.ts'
import { forEach } from '../ui/bulk-work.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { TagDialog } from '../ui/tag-dialog.tsx'

const unlessGone = (error: unknown) => {
  if (!(error instanceof ApiError && error.status === 404)) throw error
}

/** What can be done with the selected runs. */
export function BulkActions({
  entity,
  project,
  runs,
  onDone,
}: {
  entity: string
  project: string
  runs: readonly RunRow[]
  onDone: () => void
}) {
  const client = useQueryClient()
  const [dialog, setDialog] = useState<'tag' | 'untag' | 'delete'>()
  const at = ({ id }: RunRow) => ({ entity, project, run: id })
  const refetch = async () => {
    setDialog(undefined)
    await client.invalidateQueries({ queryKey: ['run-table', entity, project] })
    await client.invalidateQueries({ queryKey: ['newest-runs', entity, project] })
  }
  const retag = useMutation({
    mutationFn: (change: (tags: readonly string[]) => string[]) =>
      forEach(runs, (run) => {
        const tags = change(run.tags)
        return tags.join() === run.tags.join() ? Promise.resolve() : updateRun(at(run), { tags })
      }),
    onSettled: refetch,
  })
  const add = (tags: readonly string[]) => retag.mutate((own) => [...new Set([...own, ...tags])])
  const remove = (tags: readonly string[]) => retag.mutate((own) => own.filter((tag) => !tags.includes(tag)))
  const archived = runs.every(({ tags }) => tags.includes(ARCHIVED))
  const count = runs.length === 1 ? '1 run' : `${runs.length} runs`
  return (
    <>
      <Menu label="Actions for the selected runs" icon={`Actions (${runs.length})`}>
        <MenuItem onSelect={() => setDialog('tag')}>Add tags…</MenuItem>
        <MenuItem onSelect={() => setDialog('untag')}>Remove tags…</MenuItem>
        <MenuItem onSelect={() => (archived ? remove([ARCHIVED]) : add([ARCHIVED]))}>
          {archived ? 'Unarchive' : 'Archive'}
        </MenuItem>
        <MenuItem onSelect={() => setDialog('delete')}>Delete…</MenuItem>
      </Menu>
      {retag.isPending && <span className="muted">changing {count}…</span>}
      {retag.error && <ErrorMessage error={retag.error} />}
      {(dialog === 'tag' || dialog === 'untag') && (
        <TagDialog
          title={dialog === 'tag' ? `Add tags to ${count}` : `Remove tags from ${count}`}
          onTags={dialog === 'tag' ? add : remove}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete ${count}?`}
          label={`Delete ${count}`}
          work={() => forEach(runs, (run) => deleteRun(at(run)).catch(unlessGone))}
          onDone={() => {
            void refetch()
            onDone()
          }}
          onClose={() => setDialog(undefined)}
        >
          <p>
            Their histories and files are deleted. This can't be undone. Trials stay in their sweeps and are
            void.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}
