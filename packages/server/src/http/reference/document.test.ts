import { readFileSync } from 'node:fs'
import { sweepJsonSchema } from '@chimney/core/schema/sweep-json-schema'
import { describe, expect, it } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import { DESCRIPTIONS } from './descriptions.ts'
import { docsPage, REDOC } from './docs-page.ts'
import { openapiDocument, operations } from './document.ts'
import written from './generated/openapi.json' with { type: 'json' }
import sweepSchema from './generated/sweep.schema.json' with { type: 'json' }

const OUTDATED = 'run npx tsx packages/server/scripts/openapi.ts'

describe('the OpenAPI document', () => {
  it('is up to date', async () => {
    expect(JSON.parse(JSON.stringify(await openapiDocument(manifest.version))), OUTDATED).toEqual(written)
  })

  it('has unique operation ids', () => {
    const ids = operations().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('describes no operation that is missing', () => {
    const ids = new Set(operations().map(({ id }) => id))
    expect(Object.keys(DESCRIPTIONS).filter((id) => !ids.has(id))).toEqual([])
  })

  it('has every operation, with its scope or without security', () => {
    for (const { id, method, path, open } of operations()) {
      const operation = (written.paths as Record<string, Record<string, object>>)[path]![method.toLowerCase()]
      expect(operation, path).toMatchObject({ operationId: id, ...(open && { security: [] }) })
      if (!open) expect(operation).toHaveProperty('x-key-scope')
    }
  })

  it('has the target of every reference', () => {
    for (const [, section, name] of JSON.stringify(written).matchAll(/"#\/components\/(\w+)\/(\w+)"/g))
      expect(written.components[section as 'schemas']).toHaveProperty(name!)
  })
})

it('the JSON Schema of sweep configs is up to date', () => {
  expect(JSON.parse(JSON.stringify(sweepJsonSchema())), OUTDATED).toEqual(sweepSchema)
})

describe('the API reference', () => {
  it('loads the version of Redoc that the build of the pages has', () => {
    const manifest = readFileSync(new URL('../../../../web/package.json', import.meta.url), 'utf8')
    expect(REDOC).toBe(`/assets/redoc-${JSON.parse(manifest).devDependencies.redoc}.js`)
  })

  it('has a policy without inline scripts, eval and other hosts', async () => {
    const response = docsPage('', {})
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src ('sha256-[^']+' ?)+;/)
    expect(policy).not.toMatch(/unsafe|https?:/)
    expect(await response.text()).not.toMatch(/https?:\/\/|\sstyle=|\son\w+=/)
  })
})
