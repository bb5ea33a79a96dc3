import type { ReportBody } from '@chimney/core/schema/api/reports'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useCallback, useDeferredValue, useId, useState } from 'react'
import { navigate, setSearchParams, useLocation } from '../app/location.ts'
import { reportsUrl } from '../app/routes.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { formatAgo } from '../model/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import Markdown from '../ui/markdown.tsx'
import { useNow } from '../ui/use-now.ts'
import type { ProjectAt } from '../views/view-endpoints.ts'
import { PanelBlock } from './panels.tsx'
import { deleteReport, getReport, replaceReport } from './report-endpoints.ts'

interface Props extends ProjectAt {
  readonly report: string
}

/** A report: read, or edited with a preview beside the text. */
export default function ReportPage({ entity, project, report: id }: Props) {
  const at = { entity, project }
  const now = useNow()
  const { query } = useLocation()
  const canWrite = useCanWrite()
  const [isDeleting, setIsDeleting] = useState(false)
  const queryKey = ['report', entity, project, id]
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => getReport(at, id) })
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="the report" />
  if (canWrite && query.get('edit') === '1') return <Editor key={id} at={at} report={data} />
  return (
    <>
      <div className="page-header">
        <div>
          <h1>{data.title}</h1>
          <p className="muted">changed {formatAgo(data.updated_at, now)}</p>
        </div>
        <span className="grow" />
        {canWrite && (
          <>
            <button type="button" onClick={() => setSearchParams({ edit: '1' })}>
              Edit
            </button>
            <button type="button" className="danger" onClick={() => setIsDeleting(true)}>
              Delete
            </button>
          </>
        )}
      </div>
      <Text at={at} text={data.text} />
      {isDeleting && (
        <ConfirmDialog
          title={`Delete ${data.title}?`}
          label="Delete report"
          work={() => deleteReport(at, id)}
          onDone={() => navigate(reportsUrl(entity, project))}
          onClose={() => setIsDeleting(false)}
        >
          <p>This can't be undone.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function Text({ at, text }: { at: ProjectAt; text: string }) {
  const { entity, project } = at
  const renderBlock = useCallback(
    (block: string) => <PanelBlock at={{ entity, project }} text={block} />,
    [entity, project],
  )
  return <Markdown text={text} renderBlock={renderBlock} />
}

function Editor({ at, report }: { at: ProjectAt; report: ReportBody }) {
  const id = useId()
  const client = useQueryClient()
  // The revision that the text was made from, whatever is read meanwhile.
  const [{ rev }] = useState(report)
  const [title, setTitle] = useState(report.title)
  const [text, setText] = useState(report.text)
  const shown = useDeferredValue(text)
  const save = useMutation({
    mutationFn: () => replaceReport(at, report.id, { title, text, rev }),
    onSuccess: (saved) => {
      client.setQueryData(['report', at.entity, at.project, report.id], saved)
      setSearchParams({ edit: null })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit}>
      <div className="page-header">
        <h1>Edit report</h1>
        <span className="grow" />
        <button type="button" onClick={() => setSearchParams({ edit: null })}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={save.isPending}>
          Save
        </button>
      </div>
      {save.error && <ErrorMessage error={save.error} />}
      <div className="side-by-side">
        <div className="stack">
          <label htmlFor={`${id}t`}>Title</label>
          <input
            id={`${id}t`}
            required
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <label htmlFor={`${id}m`}>Markdown</label>
          <textarea
            id={`${id}m`}
            rows={24}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <section aria-label="Preview">
          <Text at={at} text={shown} />
        </section>
      </div>
    </form>
  )
}
