/**
 * Browsers keep the API key in an `HttpOnly` cookie: every tab is signed in, and server-sent events, which cannot set headers,
 * are authorized too.
 *
 * CSRF protection: the cookie is `SameSite=Strict`, and a request that changes data must have the {@link PAGE_HEADER}, which other
 * sites cannot add without a preflight, which is refused.
 */

/** The dashboard sends it with every request. */
export const PAGE_HEADER = 'chimney-page'
/** With the prefix `__Host-`, browsers accept it only from the same host, over HTTPS, for all paths. */
const NAME = 'chimney'
const SECURE_NAME = `__Host-${NAME}`
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/** The `Authorization` header, or the equivalent of the cookie; undefined when the request has neither. */
export function credentialsOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  if (header !== null) return header
  if (!SAFE_METHODS.includes(request.method) && !request.headers.has(PAGE_HEADER)) return undefined
  const key = keyInCookie(request.headers.get('cookie') ?? '')
  return key === undefined ? undefined : `Bearer ${key}`
}

/** The `Set-Cookie` header that signs in. `secure`: the page was loaded over HTTPS. */
export const signedIn = (key: string, secure: boolean): string =>
  cookie(encodeURIComponent(key), MAX_AGE_SECONDS, secure)

/** The `Set-Cookie` header that signs out. */
export const signedOut = (secure: boolean): string => cookie('', 0, secure)

const cookie = (value: string, maxAge: number, secure: boolean): string =>
  `${secure ? SECURE_NAME : NAME}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

function keyInCookie(header: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (name !== NAME && name !== SECURE_NAME) continue
    try {
      const key = decodeURIComponent(pair.slice(at + 1).trim())
      if (key !== '') return key
    } catch {
      // Set by another service on this host.
    }
  }
  return undefined
}
