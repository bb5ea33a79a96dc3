import type { ViewBody, ViewPage } from '@chimney/core/schema/api/views'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { readOnly } from '../app/share-link.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { createView, deleteView, listViews, type ProjectAt, replaceView } from './view-endpoints.ts'
import { changesFor, stateOf } from './view-state.ts'

interface Props {
  readonly at: ProjectAt
  readonly page: ViewPage
  /** Further controls of the page. */
  readonly children?: ReactNode
}

/** Opens, saves and deletes named states of a page. The address has the state and the name, so that a link opens both. */
export const ViewBar = (props: Props) => (readOnly ? null : <Views {...props} />)

function Views({ at, page, children }: Props) {
  const { query } = useLocation()
  const client = useQueryClient()
  const canWrite = useCanWrite()
  const queryKey = ['views', at.entity, at.project, page]
  const { data: views } = useQuery({ queryKey, queryFn: () => listViews(at, page), staleTime: 60_000 })
  const [dialog, setDialog] = useState<'create' | 'delete'>()
  const refresh = () => void client.invalidateQueries({ queryKey })
  const name = query.get('view') ?? ''
  const view = views?.find((each) => each.name === name)
  const state = stateOf(query)
  const isChanged = view !== undefined && stateOf(new URLSearchParams(view.query)) !== state
  const open = (next: ViewBody | undefined) =>
    setSearchParams(changesFor(query, next?.query ?? '', next?.name))
  const replace = useMutation({
    mutationFn: (change: { query: string; default?: boolean }) =>
      replaceView(at, view!, { ...change, rev: view!.rev }),
    onSettled: refresh,
  })
  useDefaultView(views, open)
  return (
    <div className="view-bar">
      {((views?.length ?? 0) > 0 || name !== '') && (
        <select
          aria-label="View"
          value={view ? name : ''}
          onChange={({ target }) => open(views?.find((each) => each.name === target.value))}
        >
          <option value="">{name !== '' && views && !view ? `No view ${name}` : 'No view'}</option>
          {views?.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
              {each.default ? ' (default)' : ''}
            </option>
          ))}
        </select>
      )}
      {isChanged && <span className="muted">changed</span>}
      {isChanged && canWrite && (
        <button type="button" disabled={replace.isPending} onClick={() => replace.mutate({ query: state })}>
          Save
        </button>
      )}
      {isChanged && (
        <button type="button" className="ghost" onClick={() => open(view)}>
          Reset
        </button>
      )}
      {canWrite && !view && (
        <button type="button" onClick={() => setDialog('create')}>
          Save view…
        </button>
      )}
      {canWrite && view && (
        <Menu label="View actions" icon={<Ellipsis size={16} aria-hidden="true" />}>
          <MenuItem onSelect={() => setDialog('create')}>Save as…</MenuItem>
          <MenuItem onSelect={() => replace.mutate({ query: view.query, default: !view.default })}>
            {view.default ? 'Remove as default' : 'Make default'}
          </MenuItem>
          <MenuItem onSelect={() => setDialog('delete')}>Delete view…</MenuItem>
        </Menu>
      )}
      {children}
      {replace.error && <ErrorMessage error={replace.error} />}
      {dialog === 'create' && (
        <SaveDialog
          at={at}
          page={page}
          state={state}
          onSaved={(saved) => {
            client.setQueryData(queryKey, [...(views ?? []), saved])
            refresh()
            setSearchParams({ view: saved.name })
            setDialog(undefined)
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === 'delete' && view && (
        <ConfirmDialog
          title={`Delete the view ${view.name}?`}
          label="Delete view"
          work={() => deleteView(at, view)}
          onDone={() => {
            refresh()
            setSearchParams({ view: null })
            setDialog(undefined)
          }}
          onClose={() => setDialog(undefined)}
        >
          <p>The page stays as it is. Links with this view open the page without it.</p>
        </ConfirmDialog>
      )}
    </div>
  )
}

/** A page whose address has no state opens with its default view; a link with the name of a view alone, with that view. */
function useDefaultView(
  views: readonly ViewBody[] | undefined,
  open: (view: ViewBody | undefined) => void,
): void {
  const isDone = useRef(false)
  useEffect(() => {
    if (!views || isDone.current) return
    isDone.current = true
    const query = new URLSearchParams(location.search)
    if (stateOf(query) !== '') return
    const name = query.get('view')
    const first = views.find((each) => (name === null ? each.default : each.name === name))
    if (first) open(first)
  }, [views, open])
}

function SaveDialog({
  at,
  page,
  state,
  onSaved,
  onClose,
}: Omit<Props, 'children'> & {
  readonly state: string
  readonly onSaved: (view: ViewBody) => void
  readonly onClose: () => void
}) {
  const id = useId()
  const [name, setName] = useState('')
  const [byDefault, setByDefault] = useState(false)
  const save = useMutation({
    mutationFn: () => createView(at, { page, name: name.trim(), query: state, default: byDefault }),
    onSuccess: onSaved,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog title="Save view" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label htmlFor={id}>Name</label>
        <input
          id={id}
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={byDefault}
            onChange={(event) => setByDefault(event.target.checked)}
          />{' '}
          Open {page === 'run' ? 'runs of this project' : 'this project'} with it
        </label>
        {save.error && <ErrorMessage error={save.error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={save.isPending}>
            Save view
          </button>
        </div>
      </form>
    </Dialog>
  )
}
