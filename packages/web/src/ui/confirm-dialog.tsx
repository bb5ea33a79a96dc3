import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'
import { ErrorMessage } from './feedback.tsx'

/** Asks before something that cannot be undone. */
export function ConfirmDialog({
  title,
  label,
  children,
  work,
  onDone,
  onClose,
}: {
  title: string
  /** Of the button that does it. */
  label: string
  children: ReactNode
  work: () => Promise<unknown>
  onDone: () => void
  onClose: () => void
}) {
  const sent = useMutation({ mutationFn: work, onSuccess: onDone })
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {sent.error && <ErrorMessage error={sent.error} />}
      <div className="row end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="danger" disabled={sent.isPending} onClick={() => sent.mutate()}>
          {label}
        </button>
      </div>
    </Dialog>
  )
}
