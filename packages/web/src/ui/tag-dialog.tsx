import { type FormEvent, useId, useState } from 'react'
import { tagsOf } from '../model/tags.ts'
import { Dialog } from './dialog.tsx'

/** Asks for tags. */
export function TagDialog({
  title,
  onTags,
  onClose,
}: {
  title: string
  onTags: (tags: readonly string[]) => void
  onClose: () => void
}) {
  const id = useId()
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onTags(tagsOf(text))
    onClose()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <label htmlFor={id}>Tags, separated by commas</label>
        <input id={id} value={text} required onChange={(event) => setText(event.target.value)} />
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={tagsOf(text).length === 0}>
            Apply
          </button>
        </div>
      </form>
    </Dialog>
  )
}
