import { RESERVED_ENTITIES } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Context, Hono } from 'hono'
import * as z from 'zod'
import type { AppEnv, AppOptions } from '../http/app-env.ts'
import { PAGE_HEADER, type PageOrigin, signedIn, signedOut } from '../http/auth/session-cookie.ts'
import { readJson } from '../http/body/read-body.ts'
import { validate } from '../http/body/validate.ts'
import { prefixOf } from '../http/public-address.ts'
import { type BuiltFile, builtFiles } from './built-files.ts'
import { pageHeaders } from './page-headers.ts'

type Tools = Parameters<NonNullable<AppOptions['mount']>>[1]

const YEAR_SECONDS = 365 * 24 * 60 * 60
/** Pages that do not belong to an entity. */
const ROOT_PAGES: readonly string[] = ['authorize', 'login', 'settings']
/** `/{entity}/{project}/artifacts/{type}/{name}/{version}` is the longest path that the W&B client prints. */
const MAX_SEGMENTS = 6
const LOGIN_LIMITS = { maxBodyBytes: 2_000, maxDecodedBytes: 2_000 }
const Login = z.strictObject({ key: z.string().min(1).max(256) })

/**
 * Adds the dashboard: its files, its pages, and signing in. `folder` holds the build of `npm run build -w packages/web`; until it
 * exists, pages say so. `filesOrigin` is that of download URLs, if it is another one. Mount it last: it handles every path that no other route matches.
 */
export function mountPages(
  app: Hono<AppEnv>,
  { authenticate }: Tools,
  { folder, filesOrigin }: { folder: string; filesOrigin?: string },
): void {
  const files = builtFiles(folder)
  const headers = pageHeaders(filesOrigin)

  app.get('/assets/:name', async (c, next) => {
    const file = await files(`assets/${c.req.param('name')}`, acceptEncoding(c))
    if (!file) return next()
    return send(c, file, headers, `public, max-age=${YEAR_SECONDS}, immutable`)
  })
  app.get('/favicon.ico', (c) => c.redirect(`${prefixIn(c)}/favicon.svg`, 302))
  app.get('/favicon.svg', async (c, next) => {
    const file = await files('favicon.svg', acceptEncoding(c))
    return file ? send(c, file, headers, 'public, max-age=86400') : next()
  })
  app.get('/robots.txt', (c) => c.text('User-agent: *\nDisallow: /\n'))

  app.post('/login', async (c) => {
    requirePageHeader(c)
    const body = await readJson(c.req.raw, LOGIN_LIMITS)
    const { key } = validate(Login, body, 'invalid-body', 'the body')
    const caller = await authenticate(`Bearer ${key}`)
    c.set('caller', caller)
    c.header('Set-Cookie', signedIn(key, originOf(c)))
    c.header('Cache-Control', 'no-store')
    return c.json({ entity: caller.entity })
  })
  app.post('/logout', (c) => {
    requirePageHeader(c)
    c.header('Set-Cookie', signedOut(originOf(c)))
    c.header('Cache-Control', 'no-store')
    return c.body(null, 204)
  })

  app.get('*', async (c, next) => {
    if (!wantsPage(c)) return next()
    c.set('route', '/(page)')
    const prefix = prefixIn(c)
    // Its small size has no compressed variants, which could not get the prefix.
    const file = await files('index.html', '')
    // Revalidated with each request, so that a new deployment takes effect at once; most responses are 304.
    if (file) return send(c, withPrefix(file, prefix), headers, 'no-cache')
    return c.html(missing(prefix), 503, { ...headers, 'Retry-After': '5', Refresh: '5' })
  })
}

/** The build refers to its files by `./`, which a page below `/` cannot resolve. Scripts refer to each other. */
function withPrefix(file: BuiltFile, prefix: string): BuiltFile {
  const html = new TextDecoder().decode(file.bytes).replaceAll(/(src|href)="\.\//g, `$1="${prefix}/`)
  return {
    ...file,
    bytes: new TextEncoder().encode(html),
    etag: `${file.etag.slice(0, -1)}${prefix.replaceAll('/', '.')}"`,
  }
}

const missing = (
  prefix: string,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Chimney</title>
<h1>The dashboard is not built yet</h1><p>The first start builds it within seconds, and this page then
reloads. Otherwise run <code>npm run build -w packages/web</code>. The API works: <a href="${prefix}/docs">/docs</a>.</p></html>`

function send(
  c: Context<AppEnv>,
  file: BuiltFile,
  pageHeaders: Readonly<Record<string, string>>,
  cacheControl: string,
): Response {
  const headers: Record<string, string> = {
    ...pageHeaders,
    'Cache-Control': cacheControl,
    'Content-Type': file.type,
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    ...(file.encoding && { 'Content-Encoding': file.encoding }),
  }
  if (c.req.header('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
  return new Response(file.bytes, { headers })
}

/** Whether a browser navigates to the path of a page; programs get 404. */
function wantsPage(c: Context<AppEnv>): boolean {
  if (!c.req.header('accept')?.includes('text/html')) return false
  const [first = '', ...rest] = new URL(c.req.url).pathname.split('/').slice(1)
  if (rest.length >= MAX_SEGMENTS) return false
  if (ROOT_PAGES.includes(first)) return rest.length === 0
  return first === '' ? rest.length === 0 : !RESERVED_ENTITIES.includes(first.toLowerCase())
}

/** Prevents other sites from signing a user in or out. */
function requirePageHeader(c: Context<AppEnv>): void {
  if (c.req.header(PAGE_HEADER) !== undefined) return
  throw new Problem(
    'forbidden',
    'not-a-page',
    `only the dashboard may call this; it sends the header ${PAGE_HEADER}`,
  )
}

const prefixIn = (c: Context<AppEnv>): string => prefixOf(c.var.deps.settings.publicUrl)

const acceptEncoding = (c: Context<AppEnv>): string => c.req.header('accept-encoding') ?? ''

const originOf = (c: Context<AppEnv>): PageOrigin => {
  const { protocol, port } = new URL(c.req.url)
  return {
    secure: protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https',
    port,
    path: prefixIn(c),
  }
}
