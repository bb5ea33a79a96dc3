import { Problem } from '@chimney/core/schema/problem'
import { Hono } from 'hono'
import type { Clock } from '../clock.ts'
import type { ByteRange, DiskFiles } from './disk-files.ts'
import { mediaTypeOf } from './media-type.ts'
import { type Permission, permits } from './signed-url.ts'

export interface DiskRoutesOptions {
  readonly files: DiskFiles
  readonly secret: string
  readonly clock: Clock
  /** 5 GiB by default, the limit of S3 for one PUT. */
  readonly maxBytes?: number
}

/** `retryable`: the disk is full or read-only. */
const STATUS = { invalid: 400, 'too-large': 413, retryable: 507 } as const

/**
 * Serves the URLs of `disk-files` under `/storage/*` for PUT, GET and HEAD. The token in the URL is the only authorization; there
 * is no listing.
 */
export const diskRoutes = ({ files, secret, clock, maxBytes = 5 * 2 ** 30 }: DiskRoutesOptions): Hono => {
  const app = new Hono()
  app.all('/storage/*', async (c) => {
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
    if (method === 'OPTIONS') return preflight(c.req.raw.headers)
    if (method !== 'GET' && method !== 'PUT')
      return c.text('Use GET or PUT.', 405, { Allow: 'GET, HEAD, OPTIONS, PUT' })
    const key = keyOf(new URL(c.req.url).pathname)
    const permission: Permission = { method, key: key ?? '', until: Number(c.req.query('until')) }
    if (key === undefined || !permits(secret, permission, c.req.query('token') ?? '', clock.now()))
      return c.text('This URL has expired or does not allow this method; request a new one.', 403)
    try {
      if (method === 'PUT') return await upload(key, c.req.raw)
      return await download(key, c.req.header('range'), c.req.method === 'HEAD')
    } catch (error) {
      const status = error instanceof Problem ? STATUS[error.kind as keyof typeof STATUS] : undefined
      if (status === undefined) throw error
      return c.text((error as Problem).message, status)
    }
  })

  const upload = async (key: string, { body, headers }: Request) => {
    const limits = { maxBytes, md5: headers.get('content-md5') ?? undefined }
    const md5 = await files.putStream(key, body ?? new Blob([]).stream(), limits)
    return new Response(null, { status: 200, headers: { ETag: `"${md5}"` } })
  }

  const download = async (key: string, asked: string | undefined, headOnly: boolean) => {
    const stat = await files.stat(key)
    const range = stat && asked ? rangeOf(asked, stat.size) : undefined
    if (range === 'outside')
      return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${stat!.size}` } })
    const file = stat && (headOnly ? { size: stat.size, body: null } : await files.getStream(key, range))
    if (!file) return new Response('File not found.', { status: 404 })
    // Uploaded content is served as a download, never as a page of this origin; pages may embed it.
    const headers = {
      'Content-Type': mediaTypeOf(key),
      'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'Content-Length': String(range ? range.end - range.start + 1 : file.size),
      'Accept-Ranges': 'bytes',
      ETag: `"${stat.size.toString(16)}-${stat.updatedAt.toString(16)}"`,
      'Last-Modified': new Date(stat.updatedAt).toUTCString(),
      ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${file.size}` }),
      'Content-Disposition': 'attachment',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    }
    return new Response(file.body, { status: range ? 206 : 200, headers })
  }
  return app
}

const keyOf = (pathname: string): string | undefined => {
  try {
    return decodeURI(pathname.slice('/storage/'.length))
  } catch {
    return undefined
  }
}

/** Pages of the service's own origin may use the URLs, as a browser asks first when a proxy gives the storage another one. */
function preflight(headers: Headers): Response {
  const origin = headers.get('origin')
  const host = headers.get('x-forwarded-host') ?? headers.get('host')
  const own = origin !== null && URL.canParse(origin) && new URL(origin).host === host
  return new Response(null, {
    status: 204,
    headers: own
      ? { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Methods': 'GET, HEAD, PUT' }
      : {},
  })
}

/** One range of bytes, ends inclusive; undefined for a header that asks for the whole or for several. */
function rangeOf(header: string, size: number): ByteRange | 'outside' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? []
  if (from === '' && to === '') return undefined
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start > end ? 'outside' : { start, end }
}
