import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useDismiss } from './use-dismiss.ts'

/** Menu button (WAI-ARIA APG): arrow keys move, Escape closes. */
export function Menu({ label, icon, children }: { label: string; icon: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    box.current?.querySelector<HTMLElement>('[role="menuitem"],[role="menuitemcheckbox"]')?.focus()
  }, [open])
  useDismiss(box, open, () => setOpen(false))
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Escape') {
      setOpen(false)
      box.current?.querySelector('button')?.focus()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement)
    items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus()
  }
  const onClick = (event: React.MouseEvent) => {
    if ((event.target as HTMLElement).closest('[role="menuitem"]')) setOpen(false)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keyboard events bubble from its buttons
    <div className="menu" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        className="ghost"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {icon}
      </button>
      {open && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: a click on one of its items; buttons turn keys into clicks
        <div role="menu" aria-label={label} tabIndex={-1} onClick={onClick}>
          {children}
        </div>
      )}
    </div>
  )
}

export const MenuItem = ({ onSelect, children }: { onSelect: () => void; children: ReactNode }) => (
  <button type="button" role="menuitem" tabIndex={-1} onClick={onSelect}>
    {children}
  </button>
)

/** Does not close the menu, so that several items can be toggled. */
export const MenuCheck = ({
  checked,
  onChange,
  children,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}) => (
  <button
    type="button"
    role="menuitemcheckbox"
    aria-checked={checked}
    tabIndex={-1}
    onClick={() => onChange(!checked)}
  >
    <span aria-hidden="true" className="tick">
      {checked ? '✓' : ''}
    </span>{' '}
    {children}
  </button>
)
