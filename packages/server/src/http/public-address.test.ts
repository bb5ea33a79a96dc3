import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { publicAddress } from './public-address.ts'

type From = 'request' | 'proxy' | undefined

async function addressOf(from: From, headers: Record<string, string>, url = 'http://127.0.0.1:8787/x') {
  const settings = {
    leaseSeconds: 1,
    publicUrl: 'https://fixed.example',
    ...(from !== undefined && { addressFrom: from }),
  }
  const app = new Hono().get('*', (c) => c.text(publicAddress(c, settings)))
  return (await app.request(url, { headers })).text()
}

const FORWARDED = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'sweeps.example:8443',
  'x-forwarded-prefix': '/chimney/',
}

describe('the public address', () => {
  it.each<[string, From, Record<string, string>, string]>([
    ['is the configured one', undefined, FORWARDED, 'https://fixed.example'],
    ['is that of the request', 'request', FORWARDED, 'http://127.0.0.1:8787'],
    ['is what the proxy says', 'proxy', FORWARDED, 'https://sweeps.example:8443/chimney'],
    ['is that of the request without a proxy', 'proxy', {}, 'http://127.0.0.1:8787'],
    ['takes the scheme alone', 'proxy', { 'x-forwarded-proto': 'https' }, 'https://127.0.0.1:8787'],
    [
      'is what the client of a chain used',
      'proxy',
      { 'x-forwarded-host': 'a.example, b.example' },
      'http://a.example',
    ],
    ['takes an IPv6 address', 'proxy', { 'x-forwarded-host': '[::1]:99' }, 'http://[::1]:99'],
  ])('%s', async (_, from, headers, wanted) => {
    expect(await addressOf(from, headers)).toBe(wanted)
  })

  it.each([
    { 'x-forwarded-proto': 'javascript' },
    { 'x-forwarded-host': 'a.example/path' },
    { 'x-forwarded-host': 'user@a.example' },
    { 'x-forwarded-prefix': '//evil.example' },
    { 'x-forwarded-prefix': '/a"b' },
  ])('ignores %j', async (headers: Record<string, string>) => {
    expect(await addressOf('proxy', headers)).toBe('http://127.0.0.1:8787')
  })
})
