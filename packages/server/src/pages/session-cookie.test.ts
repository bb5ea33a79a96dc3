import { expect, it } from 'vitest'
import { credentialsOf, PAGE_HEADER, signedIn, signedOut } from './session-cookie.ts'

const asked = (method: string, headers: Record<string, string>) =>
  credentialsOf(new Request('http://chimney.test/v1/viewer', { method, headers }))
const cookie = (key: string) => signedIn(key, false).split(';')[0]!

it('reads back the key that signed in, whatever characters it has', () => {
  expect(asked('GET', { cookie: `theme=dark; ${cookie('a;b=c %')}` })).toBe('Bearer a;b=c %')
  expect(asked('GET', { cookie: signedIn('abc', true).split(';')[0]! })).toBe('Bearer abc')
})

it('prefers the header of a program', () => {
  expect(asked('GET', { authorization: 'Basic x', cookie: cookie('abc') })).toBe('Basic x')
})

it('takes the cookie for a change only from a page of ours', () => {
  expect(asked('POST', { cookie: cookie('abc') })).toBeUndefined()
  expect(asked('DELETE', { cookie: cookie('abc'), [PAGE_HEADER]: '1' })).toBe('Bearer abc')
})

it.each(['', 'chimney=', 'chimney=%', 'other=abc', 'chimney'])('finds no key in the cookie "%s"', (text) => {
  expect(asked('GET', { cookie: text })).toBeUndefined()
})

it('keeps the key from scripts and other sites, and over HTTPS to this very host', () => {
  expect(signedIn('abc', false)).toMatch(/^chimney=abc; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
  expect(signedIn('abc', true)).toMatch(/^__Host-chimney=abc; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/)
  expect(signedOut(true)).toContain('Max-Age=0')
})
