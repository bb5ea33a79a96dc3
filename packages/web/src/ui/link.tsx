import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { go } from '../app/location.ts'
import { withShare } from '../app/share-link.ts'

/** A link within the dashboard: moves without loading the page anew, unless the reader wants it elsewhere. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
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
    go(href)
  }
  return <a href={withShare(href)} onClick={follow} {...rest} />
}
