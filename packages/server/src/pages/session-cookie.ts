/** * The browser keeps the API key in an HttpOnly cookie, so that a link from a terminal opens signed in in any tab, and
 * server-sent events, which take no headers, work too.
 * * CSRF: the cookie is `SameSite=Strict`, and a request that changes something must have {@link PAGE_HEADER}, which another
 * site cannot send without a preflight that is refused.
 */

/** The dashboard sends it with every request. */
export const PAGE_HEADER = 'chimney-page'
/** Browsers share cookies between the ports of a host, so the name carries a non-default port: `chimney-8787`. */
const nameFor = (port: string): string => (port === '' ? 'chimney' : `chimney-${port}`)
/** With `__Host-` a browser only takes the cookie from this host, over HTTPS, for all paths. */
const secureNameFor = (port: string): string => `__Host-${nameFor(port)}`
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/** The value of the `Authorization` header, or what the cookie stands for; undefined when the request has neither. */
export function credentialsOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  if (header !== null) return header
  if (!SAFE_METHODS.includes(request.method) && !request.headers.has(PAGE_HEADER)) return undefined
  const key = keyInCookie(request.headers.get('cookie') ?? '', new URL(request.url).port)
  return key === undefined ? undefined : `Bearer ${key}`
}

/** Where a page came from: `port` is empty for the default port of the scheme. */
export interface PageOrigin {
  readonly secure: boolean
  readonly port: string
}

/** `Set-Cookie` that signs in. */
export const signedIn = (key: string, origin: PageOrigin): string =>
  cookie(encodeURIComponent(key), MAX_AGE_SECONDS, origin)

/** `Set-Cookie` that signs out. */
export const signedOut = (origin: PageOrigin): string => cookie('', 0, origin)

const cookie = (value: string, maxAge: number, { secure, port }: PageOrigin): string =>
  `${secure ? secureNameFor(port) : nameFor(port)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

function keyInCookie(header: string, port: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (name !== nameFor(port) && name !== secureNameFor(port)) continue
    try {
      const key = decodeURIComponent(pair.slice(at + 1).trim())
      if (key !== '') return key
    } catch {
      // Not set by this service: another program on this host may use the same name.
    }
  }
  return undefined
}
