import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import agents from '../../stacks/agents.json'
import { BUNDLE_BUDGET, bundle } from '../bench/bundle/build.ts'

const handlers = [
  'packages/server/src/lambda/api.handler',
  'packages/server/src/lambda/reconcile.handler',
  'packages/server/src/lambda/repair.handler',
  ...agents.map(({ handler }) => handler),
]

const scratch = mkdtempSync(join(tmpdir(), 'chimney-bundles-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

it.each(handlers)('%s is within the size budget and exports its handler', async (handler) => {
  const dot = handler.lastIndexOf('.')
  const { bytes, exports } = await bundle(`${handler.slice(0, dot)}.ts`, scratch)
  expect(exports).toContain(handler.slice(dot + 1))
  expect(bytes).toBeLessThanOrEqual(BUNDLE_BUDGET)
})

it.each(agents)('$name has its files', ({ files }) => {
  for (const { from } of files) expect(existsSync(from), from).toBe(true)
})
