import { expect, it } from 'vitest'
import { credentialsOf, PAGE_HEADER, signedIn, signedOut } from './session-cookie.ts'

const PLAIN = { secure: false, port: '', path: '' }
const SECURE = { secure: true, port: '', path: '' }
const credentials = (method: string, headers: Record<string, string>) =>
  credentialsOf(new Request('http://chimney.test/v1/viewer', { method, headers }))
const cookie = (key: string) => signedIn(key, PLAIN).split(';')[0]!

it('reads back a key with any characters', () => {
  expect(credentials('GET', { cookie: `theme=dark; ${cookie('a;b=c %')}` })).toBe('Bearer a;b=c %')
  expect(credentials('GET', { cookie: signedIn('abc', SECURE).split(';')[0]! })).toBe('Bearer abc')
})

it('prefers the Authorization header', () => {
  expect(credentials('GET', { authorization: 'Basic x', cookie: cookie('abc') })).toBe('Basic x')
})

it('accepts the cookie for changes only with the page header', () => {
  expect(credentials('POST', { cookie: cookie('abc') })).toBeUndefined()
  expect(credentials('DELETE', { cookie: cookie('abc'), [PAGE_HEADER]: '1' })).toBe('Bearer abc')
})

it.each(['', 'chimney=', 'chimney=%', 'other=abc', 'chimney'])('finds no key in the cookie "%s"', (text) => {
  expect(credentials('GET', { cookie: text })).toBeUndefined()
})

it('hides the key from scripts and other sites, and binds it to this host over HTTPS', () => {
  expect(signedIn('abc', PLAIN)).toMatch(/^chimney=abc; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
  expect(signedIn('abc', SECURE)).toMatch(
    /^__Host-chimney=abc; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/,
  )
  expect(signedOut(SECURE)).toContain('Max-Age=0')
})

it('keeps the sessions of two services on one host apart by their ports', () => {
  const at = (port: string, header: string) =>
    credentialsOf(new Request(`http://localhost${port}/v1/viewer`, { headers: { cookie: header } }))
  const first = signedIn('abc', { ...PLAIN, port: '8787' }).split(';')[0]!
  const second = signedIn('def', { ...PLAIN, port: '8788' }).split(';')[0]!
  expect(first).toBe('chimney-8787=abc')
  expect(at(':8787', `${first}; ${second}`)).toBe('Bearer abc')
  expect(at(':8788', `${first}; ${second}`)).toBe('Bearer def')
  expect(at('', `${first}; ${second}`)).toBeUndefined()
  expect(signedIn('abc', { ...SECURE, port: '8443' })).toMatch(/^__Host-chimney-8443=abc; .*Secure$/)
})

it('is for the path of a proxy only', () => {
  const [plain, secure] = [PLAIN, SECURE].map((origin) => signedIn('abc', { ...origin, path: '/chimney' }))
  expect(plain).toMatch(/^chimney=abc; Path=\/chimney; /)
  expect(secure).toMatch(/^__Secure-chimney=abc; Path=\/chimney; .*; Secure$/)
  for (const header of [plain, secure])
    expect(credentials('GET', { cookie: header!.split(';')[0]! })).toBe('Bearer abc')
})
