/**
 * The path under which a proxy serves the service, such as `/chimney`; usually empty. The build is in its folder `assets`. Paths of the
 * pages and of the API have no prefix until they leave the code.
 */
export const PREFIX = prefixOf(import.meta.url)

/** The prefix of an address of a file of the build. */
export function prefixOf(file: string): string {
  const { protocol, pathname } = new URL(file)
  return (/^https?:$/.test(protocol) && /^(.*)\/assets\/[^/]+$/.exec(pathname)?.[1]) || ''
}

/** The address of a path of the service, for the browser. */
export const addressOf = (path: string): string => `${PREFIX}${path}`

/** The path of an address of the browser. */
export const pathOf = (address: string): string =>
  address.startsWith(`${PREFIX}/`) ? address.slice(PREFIX.length) : '/'

/** The address of the service, for other programs. */
export const serviceUrl = (): string => `${location.origin}${PREFIX}`
