import { expect, it } from 'vitest'
import { credentialsOf, PAGE_HEADER, signedIn, signedOut } from './session-cookie.ts'

const credentials = (method: string, headers: Record<string, string>) =>
  credentialsOf(new Request('http://chimney.test/v1/viewer', { method, headers }))
const cookie = (key: string) => signedIn(key, false).split(';')[0]!

it('reads back a key with any characters', () => {
  expect(credentials('GET', { cookie: `theme=dark; ${cookie('a;b=c %')}` })).toBe('Bearer a;b=c %')
  expect(credentials('GET', { cookie: signedIn('abc', true).split(';')[0]! })).toBe('Bearer abc')
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
  expect(signedIn('abc', false)).toMatch(/^chimney=abc; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
  expect(signedIn('abc', true)).toMatch(/^__Host-chimney=abc; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/)
  expect(signedOut(true)).toContain('Max-Age=0')
})
