import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { addressOf } from '../app/base.ts'
import { navigate } from '../app/location.ts'
import { withShare } from '../app/share-link.ts'

/** Client-side navigation; modifier keys keep the browser's behavior. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const onLinkClick = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    event.preventDefault()
    navigate(href)
  }
  return <a href={addressOf(withShare(href))} onClick={onLinkClick} {...rest} />
}
