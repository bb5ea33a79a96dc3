import { expect, it } from 'vitest'
import { tooLarge, withGatewayLimits } from './gateway-limits.ts'

const MB = 1024 * 1024
const post = (bytes: number, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  new Request('http://chimney.test/files/a/b/c/file_stream', {
    method: 'POST',
    headers,
    body: 'x'.repeat(bytes),
  })
const echo = async (request: Request) => new Response(String((await request.arrayBuffer()).byteLength))
const limited = (fetch: (request: Request) => Response | Promise<Response> = echo) =>
  withGatewayLimits(fetch, () => 0)

it('passes a request on whose event fits, and its response', async () => {
  const response = await limited()(post(5 * MB))
  expect([response.status, await response.text()]).toEqual([200, String(5 * MB)])
})

it.each([
  ['a body above 10 MB', 10 * MB + 1, {}, 'Request Entity Too Large'],
  ['an event above 6 MB', 6 * MB, {}, 'Request Too Long'],
  ['a compressed body, which becomes base64', 5 * MB, { 'Content-Encoding': 'gzip' }, 'Request Too Long'],
  ['a type that becomes base64', 5 * MB, { 'Content-Type': 'application/gzip' }, 'Request Too Long'],
])('refuses %s with 413 as the gateway does', async (_, bytes, headers, message) => {
  const response = await limited()(post(bytes, headers))
  expect([response.status, await response.json()]).toEqual([413, { message }])
})

it('counts quotation marks twice, as JSON does', () => {
  const headers = new Headers({ 'Content-Type': 'application/json' })
  expect(tooLarge(headers, Buffer.from('"'.repeat(3.1 * MB)))).toBe('Request Too Long')
  expect(tooLarge(headers, Buffer.from('a'.repeat(3.1 * MB)))).toBeUndefined()
})

it('answers 500 instead of a response above 6 MB', async () => {
  const response = await limited(() => new Response('x'.repeat(7 * MB)))(post(1))
  expect(response.status).toBe(500)
})

it('keeps a response without a body', async () => {
  const response = await limited(() => new Response(null, { status: 304, headers: { ETag: '"a"' } }))(post(1))
  expect([response.status, response.headers.get('etag')]).toEqual([304, '"a"'])
})

it('refuses requests beyond the stage’s rate with 429', async () => {
  let now = 0
  const fetch = withGatewayLimits(echo, () => now)
  const send = async () => (await fetch(post(1))).status
  for (let i = 0; i < 1_000; i++) expect(await send()).toBe(200)
  expect(await send()).toBe(429)
  now = 2
  expect([await send(), await send()]).toEqual([200, 429])
})
