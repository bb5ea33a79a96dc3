import type { Context } from 'hono'
import type { Settings } from '../deps.ts'

/** A host name or address with an optional port, as in the Host header. */
const HOST = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i
const PREFIX = /^(?:\/[\w.~-]{1,100}){1,10}$/

/**
 * The address under which the client of a request reaches the service, without a trailing slash: the configured one; otherwise what a
 * proxy says in `X-Forwarded-Proto`, `-Host` and `-Prefix`, and else scheme and host of the request. It is used in answers to the same
 * request only, so a client that forges the headers misleads itself alone.
 */
export function publicAddress(c: Context, { publicUrl, addressFrom }: Settings): string {
  if (addressFrom === undefined) return publicUrl
  const { protocol, host } = new URL(c.req.url)
  if (addressFrom === 'request') return `${protocol}//${host}`
  const proto = firstOf(c, 'x-forwarded-proto')
  const forwarded = firstOf(c, 'x-forwarded-host')
  const prefix = firstOf(c, 'x-forwarded-prefix')?.replace(/\/+$/, '')
  return [
    proto === 'https' || proto === 'http' ? proto : protocol.slice(0, -1),
    '://',
    forwarded !== undefined && HOST.test(forwarded) ? forwarded : host,
    prefix !== undefined && PREFIX.test(prefix) ? prefix : '',
  ].join('')
}

/** The path of the service's address, such as `/chimney`: a proxy removes it from requests, so that answers have to add it. */
export const prefixOf = (publicUrl: string): string => new URL(publicUrl).pathname.replace(/\/$/, '')

/** Each proxy of a chain appends its value; the first is what the client used. */
const firstOf = (c: Context, name: string): string | undefined => c.req.header(name)?.split(',')[0]?.trim()
