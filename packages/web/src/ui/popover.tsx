import { type ReactNode, useRef, useState } from 'react'
import { useDismiss } from './use-dismiss.ts'

/** A button that shows fields below it; Escape and a press elsewhere close them. */
export function Popover({ label, icon, children }: { label: string; icon: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useDismiss(box, open, () => setOpen(false))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keyboard events bubble from its fields
    <div
      className="menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        box.current?.querySelector('button')?.focus()
      }}
    >
      <button
        type="button"
        className="ghost"
        aria-label={label}
        title={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {icon}
      </button>
      {open && (
        <fieldset className="popover" aria-label={label}>
          {children}
        </fieldset>
      )}
    </div>
  )
}
