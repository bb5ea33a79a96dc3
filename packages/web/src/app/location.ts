import { useSyncExternalStore } from 'react'
import { addressOf, pathOf } from './base.ts'
import { withShare } from './share-link.ts'

/** The current URL. It contains the state of every view, so that a copied link restores it. */
export interface Location {
  readonly path: string
  readonly query: URLSearchParams
}

const SCROLL_DEBOUNCE_MS = 150
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
  rememberScroll()
  history.pushState(null, '', addressOf(withShare(url)))
  notify()
  scrollTo(0, 0)
}

interface Scroll {
  readonly page: number
  /** Of each scrolling region of the page, in their order. */
  readonly regions: readonly number[]
}
const regionsOf = () => [...document.querySelectorAll('main .scroll')]

/** Stores the scroll positions in the history entry, for {@link restoreScroll}. */
function rememberScroll(): void {
  const scroll: Scroll = { page: scrollY, regions: regionsOf().map(({ scrollTop }) => scrollTop) }
  history.replaceState({ ...history.state, scroll }, '')
}

/** Data arrives after the page has rendered: the page gets as high as it was within this time, or stays where it is. */
const RESTORE_MS = 4_000

/** After Back or Forward: scrolls to where the entry was left, as soon as the page is high enough. */
function restoreScroll(): void {
  const { scroll } = (history.state ?? {}) as { scroll?: Scroll }
  if (!scroll) return
  const path = location.href
  const until = performance.now() + RESTORE_MS
  let stopped = false
  const stop = () => {
    stopped = true
  }
  for (const event of ['wheel', 'touchstart', 'keydown', 'pointerdown'])
    addEventListener(event, stop, { once: true, passive: true })
  const attempt = () => {
    if (stopped || location.href !== path) return
    scrollTo(0, scroll.page)
    const regions = regionsOf()
    for (const [i, top] of scroll.regions.entries()) if (regions[i]) regions[i].scrollTop = top
    const isThere =
      Math.abs(scrollY - scroll.page) < 2 &&
      scroll.regions.every((top, i) => Math.abs((regions[i]?.scrollTop ?? -9) - top) < 2)
    if (!isThere && performance.now() < until) requestAnimationFrame(attempt)
  }
  requestAnimationFrame(attempt)
}

if (typeof history !== 'undefined') history.scrollRestoration = 'manual'
globalThis.addEventListener?.('popstate', restoreScroll)
globalThis.addEventListener?.('pagehide', rememberScroll)
let scrollTimer: ReturnType<typeof setTimeout> | undefined
// Back leaves an entry without a call of navigate().
globalThis.addEventListener?.(
  'scroll',
  () => {
    clearTimeout(scrollTimer)
    scrollTimer = setTimeout(rememberScroll, SCROLL_DEBOUNCE_MS)
  },
  { capture: true, passive: true },
)

/** Goes to another page in place of this one, so that Back does not return here. */
export function redirect(url: string): void {
  history.replaceState(null, '', addressOf(withShare(url)))
  notify()
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
  history.replaceState(history.state, '', url)
  notify()
}
