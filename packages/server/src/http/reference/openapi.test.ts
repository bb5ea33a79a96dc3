import { describe, expect, it } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import { ROUTES } from '../routes/routes.ts'
import { docsPage } from './docs-page.ts'
import written from './generated/openapi.json' with { type: 'json' }
import { openapiDocument } from './openapi.ts'

describe('the API document', () => {
  it('is current; else run npx tsx packages/server/scripts/openapi.ts', () => {
    expect(written).toEqual(JSON.parse(JSON.stringify(openapiDocument(ROUTES, manifest.version))))
  })

  it('names each operation once', () => {
    expect(new Set(ROUTES.map((route) => route.id)).size).toBe(ROUTES.length)
  })

  it('refers only to what it has', () => {
    for (const [, section, name] of JSON.stringify(written).matchAll(/"#\/components\/(\w+)\/(\w+)"/g))
      expect(written.components[section as 'schemas']).toHaveProperty(name!)
  })
})

describe('the page of it', () => {
  it('shows every route with a line to paste', async () => {
    const page = await docsPage(written, {}).text()
    for (const route of ROUTES) expect(page).toContain(`id="${route.id}"`)
    expect(page.match(/curl /g)).toHaveLength(ROUTES.length)
  })

  it('runs nothing and asks for nothing from elsewhere', async () => {
    const answer = docsPage(written, {})
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/)
    const page = await answer.text()
    expect(page).not.toMatch(/<script|<img|<link|https?:\/\/|\sstyle=|\son\w+=/)
  })

  it('escapes what it shows', async () => {
    const evil = { ...written, info: { ...written.info, title: '<script>"&' } }
    expect(await docsPage(evil, {}).text()).toContain('<h1>&lt;script&gt;&quot;&amp; API</h1>')
  })
})
