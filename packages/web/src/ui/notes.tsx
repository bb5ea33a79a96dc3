import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useId, useState } from 'react'
import { useCanWrite } from '../app/use-viewer.ts'
import { ErrorMessage } from './feedback.tsx'
import { lazyPage } from './lazy-page.tsx'

/** The parser of Markdown is loaded with the first notes; until then they are plain text. */
const Markdown = lazyPage(
  () => import('./markdown.tsx'),
  ({ text }) => <p className="plain-notes">{text}</p>,
)

const MAX_LENGTH = 10_000

/** Notes in Markdown, edited in place with a preview. Without notes, a button that adds them. */
export function Notes({
  text,
  save,
}: {
  text: string | null
  /** Empty notes are null. */
  save: (text: string | null) => Promise<unknown>
}) {
  const canWrite = useCanWrite()
  const [isEditing, setIsEditing] = useState(false)
  if (isEditing) return <Editor text={text ?? ''} save={save} onClose={() => setIsEditing(false)} />
  if (text === null || text.trim() === '')
    return canWrite ? (
      <p>
        <button type="button" className="ghost" onClick={() => setIsEditing(true)}>
          Add notes
        </button>
      </p>
    ) : null
  return (
    <section className="card notes" aria-label="Notes">
      <Markdown text={text} />
      {canWrite && (
        <button type="button" className="ghost" aria-label="Edit notes" onClick={() => setIsEditing(true)}>
          Edit
        </button>
      )}
    </section>
  )
}

function Editor({
  text: before,
  save,
  onClose,
}: {
  text: string
  save: (text: string | null) => Promise<unknown>
  onClose: () => void
}) {
  const id = useId()
  const [text, setText] = useState(before)
  const shown = useDeferredValue(text)
  const sent = useMutation({
    mutationFn: () => save(text.trim() === '' ? null : text),
    onSuccess: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    sent.mutate()
  }
  return (
    <section className="card" aria-label="Notes">
      <form
        className="stack"
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text === before) onClose()
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
        }}
      >
        <div className="side-by-side">
          <div>
            <label htmlFor={id}>Notes (Markdown)</label>
            <textarea
              id={id}
              // biome-ignore lint/a11y/noAutofocus: the button that opened the editor is gone
              autoFocus
              rows={8}
              maxLength={MAX_LENGTH}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </div>
          <section aria-label="Preview of the notes">
            {shown.trim() === '' ? <p className="muted">Preview</p> : <Markdown text={shown} />}
          </section>
        </div>
        {sent.error && <ErrorMessage error={sent.error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={sent.isPending}>
            Save notes
          </button>
        </div>
      </form>
    </section>
  )
}
