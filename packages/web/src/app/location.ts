import { useSyncExternalStore } from 'react'
import { withShare } from './share-link.ts'

/** Where the reader is; the address holds every view, so that it can be sent to somebody else. */
export interface Place {
  readonly path: string
  readonly query: URLSearchParams
}

const listeners = new Set<() => void>()
let place: Place = read()

function read(): Place {
  const { pathname, search } = globalThis.location ?? { pathname: '/', search: '' }
  return { path: pathname, query: new URLSearchParams(search) }
}

function moved(): void {
  place = read()
  for (const listener of listeners) listener()
}

globalThis.addEventListener?.('popstate', moved)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useLocation = (): Place => useSyncExternalStore(subscribe, () => place)

/** Goes to an address of ours. */
export function go(url: string): void {
  history.pushState(null, '', withShare(url))
  moved()
  scrollTo(0, 0)
}

/** Changes the view without a step in the history; null takes a name out. */
export function setSearchParams(changes: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name)
    else query.set(name, value)
  }
  // Readable: these signs mean nothing in a query, and addresses are copied by people.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%7E', '~')
  const url = `${location.pathname}${text === '' ? '' : `?${text}`}${location.hash}`
  if (url === `${location.pathname}${location.search}${location.hash}`) return
  history.replaceState(null, '', url)
  moved()
}
