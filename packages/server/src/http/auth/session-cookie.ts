/**
 * Browsers keep the API key in an `HttpOnly` cookie: every tab is signed in, and server-sent events, which cannot set headers,
 * are authorized too.
 *
 * CSRF protection: the cookie is `SameSite=Strict`, and a request that changes data must have the {@link PAGE_HEADER}, which other
 * sites cannot add without a preflight, which is refused.
 */

/** The dashboard sends it with every request. */
export const PAGE_HEADER = 'chimney-page'
/** Browsers share cookies between the ports of a host, so the name carries a non-default port: `chimney-8787`. */
const nameFor = (port: string): string => (port === '' ? 'chimney' : `chimney-${port}`)
/** With the prefix `__Host-`, browsers accept it only from the same host, over HTTPS, for all paths; `__Secure-` permits a path. */
const secureNameFor = (port: string, path: string): string =>
  `${path === '' ? '__Host-' : '__Secure-'}${nameFor(port)}`
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/** The `Authorization` header, or the equivalent of the cookie; undefined when the request has neither. */
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
  /** The path under which a proxy serves the service, such as `/chimney`; services under other paths do not get the cookie. */
  readonly path: string
}

/** `Set-Cookie` that signs in. */
export const signedIn = (key: string, origin: PageOrigin): string =>
  cookie(encodeURIComponent(key), MAX_AGE_SECONDS, origin)

/** `Set-Cookie` that signs out. */
export const signedOut = (origin: PageOrigin): string => cookie('', 0, origin)

const cookie = (value: string, maxAge: number, { secure, port, path }: PageOrigin): string =>
  `${secure ? secureNameFor(port, path) : nameFor(port)}=${value}; Path=${path || '/'}; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

function keyInCookie(header: string, port: string): string | undefined {
  const names = [nameFor(port), secureNameFor(port, ''), secureNameFor(port, '/')]
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (!names.includes(name)) continue
    try {
      const key = decodeURIComponent(pair.slice(at + 1).trim())
      if (key !== '') return key
    } catch {
      // Set by another service on this host.
    }
  }
  return undefined
}
