import { type FormEvent, useId, useState } from 'react'
import { Dialog } from './dialog.tsx'

/** Asks for a text, which may be empty. */
export function TextDialog({
  title,
  text,
  field,
  button,
  maxLength,
  danger = false,
  onText,
  onClose,
}: {
  title: string
  /** What happens. */
  text: string
  field: string
  button: string
  maxLength: number
  danger?: boolean
  onText: (text: string) => void
  onClose: () => void
}) {
  const id = useId()
  const [value, setValue] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onText(value.trim())
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{text}</p>
        <label htmlFor={id}>{field}</label>
        <textarea
          id={id}
          rows={3}
          value={value}
          maxLength={maxLength}
          onChange={(event) => setValue(event.target.value)}
        />
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={danger ? 'danger' : 'primary'}>
            {button}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
