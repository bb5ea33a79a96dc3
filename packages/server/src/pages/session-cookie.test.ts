import { expect, it } from 'vitest'
import { credentialsOf, PAGE_HEADER, signedIn, signedOut } from './session-cookie.ts'

const PLAIN = { secure: false, port: '' }
const SECURE = { secure: true, port: '' }
const asked = (method: string, headers: Record<string, string>) =>
  credentialsOf(new Request('http://chimney.test/v1/viewer', { method, headers }))
const cookie = (key: string) => signedIn(key, PLAIN).split(';')[0]!

it('reads back the key that signed in, whatever characters it has', () => {
  expect(asked('GET', { cookie: `theme=dark; ${cookie('a;b=c %')}` })).toBe('Bearer a;b=c %')
  expect(asked('GET', { cookie: signedIn('abc', SECURE).split(';')[0]! })).toBe('Bearer abc')
})

it('prefers the Authorization header', () => {
  expect(asked('GET', { authorization: 'Basic x', cookie: cookie('abc') })).toBe('Basic x')
})

it('accepts the cookie for a change only with the page header', () => {
  expect(asked('POST', { cookie: cookie('abc') })).toBeUndefined()
  expect(asked('DELETE', { cookie: cookie('abc'), [PAGE_HEADER]: '1' })).toBe('Bearer abc')
})

it.each(['', 'chimney=', 'chimney=%', 'other=abc', 'chimney'])('finds no key in the cookie "%s"', (text) => {
  expect(asked('GET', { cookie: text })).toBeUndefined()
})

it('sets HttpOnly and SameSite=Strict, and over HTTPS Secure and __Host-', () => {
  expect(signedIn('abc', PLAIN)).toMatch(/^chimney=abc; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
  expect(signedIn('abc', SECURE)).toMatch(
    /^__Host-chimney=abc; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/,
  )
  expect(signedOut(SECURE)).toContain('Max-Age=0')
})

it('keeps the sessions of two services on one host apart by their ports', () => {
  const at = (port: string, header: string) =>
    credentialsOf(new Request(`http://localhost${port}/v1/viewer`, { headers: { cookie: header } }))
  const first = signedIn('abc', { secure: false, port: '8787' }).split(';')[0]!
  const second = signedIn('def', { secure: false, port: '8788' }).split(';')[0]!
  expect(first).toBe('chimney-8787=abc')
  expect(at(':8787', `${first}; ${second}`)).toBe('Bearer abc')
  expect(at(':8788', `${first}; ${second}`)).toBe('Bearer def')
  expect(at('', `${first}; ${second}`)).toBeUndefined()
  expect(signedIn('abc', { secure: true, port: '8443' })).toMatch(/^__Host-chimney-8443=abc; .*Secure$/)
})
