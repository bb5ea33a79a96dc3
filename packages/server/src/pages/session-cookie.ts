/**
 * How a browser carries its API key: in a cookie that no script can read, so that a link from a terminal opens signed in
 * in any tab and server-sent events, which take no headers, work too.
 *
 * Another site can neither read an answer nor have one made: the cookie is `SameSite=Strict`, and a request that
 * changes something must come with {@link PAGE_HEADER}, which a foreign page cannot add without a preflight that is refused.
 */

/** Sent by our pages with every request. */
export const PAGE_HEADER = 'chimney-page'
/** With `__Host-` a browser takes it only from the very host, over HTTPS, for all paths. */
const NAME = 'chimney'
const SECURE_NAME = `__Host-${NAME}`
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/** The value of the `Authorization` header, or what the cookie stands for; undefined when the request has neither. */
export function credentialsOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  if (header !== null) return header
  if (!SAFE_METHODS.includes(request.method) && !request.headers.has(PAGE_HEADER)) return undefined
  const key = keyInCookie(request.headers.get('cookie') ?? '')
  return key === undefined ? undefined : `Bearer ${key}`
}

/** `Set-Cookie` that signs in. `secure`: the page came over HTTPS. */
export const signedIn = (key: string, secure: boolean): string =>
  cookie(encodeURIComponent(key), MAX_AGE_SECONDS, secure)

/** `Set-Cookie` that signs out. */
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
      // Not one of ours: another program on this host may use the name too.
    }
  }
  return undefined
}
