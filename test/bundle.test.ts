import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { BUNDLE_BUDGET, bundle } from './bench/bundle/build.ts'

const scratch = mkdtempSync(join(tmpdir(), 'chimney-bundle-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

it('a cold start of the API reads at most 600 KB', async () => {
  const { bytes, exports } = await bundle('packages/server/src/lambda/api.ts', scratch)
  expect(exports).toContain('handler')
  expect(bytes).toBeLessThanOrEqual(BUNDLE_BUDGET)
})
