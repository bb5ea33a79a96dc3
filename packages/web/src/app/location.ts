import { useSyncExternalStore } from 'react'
import { addressOf, pathOf } from './base.ts'
import { withShare } from './share-link.ts'

/** The current URL. It contains the state of every view, so that a copied link restores it. */
export interface Location {
  readonly path: string
  readonly query: URLSearchParams
}

const listeners = new Set<() => void>()
let current: Location = read()

function read(): Location {
  const { pathname, search } = globalThis.location ?? { pathname: '/', search: '' }
  return { path: pathOf(pathname), query: new URLSearchParams(search) }
}

function notify(): void {
  current = read()
  for (const listener of listeners) listener()
}

globalThis.addEventListener?.('popstate', notify)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useLocation = (): Location => useSyncExternalStore(subscribe, () => current)

/** Adds a history entry and scrolls to the top. */
export function navigate(url: string): void {
  history.pushState(null, '', addressOf(withShare(url)))
  notify()
  scrollTo(0, 0)
}

/** Replaces the history entry; null removes a parameter. */
export function setSearchParams(changes: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name)
    else query.set(name, value)
  }
  // Readable: these characters need no escape in a query.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%7E', '~')
  const url = `${location.pathname}${text === '' ? '' : `?${text}`}${location.hash}`
  if (url === `${location.pathname}${location.search}${location.hash}`) return
  history.replaceState(null, '', url)
  notify()
}
