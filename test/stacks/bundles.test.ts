import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, expect, it } from 'vitest'
import agents from '../../stacks/agents.json'

/** As the platform bundles them: one minified ES module for the deployed runtime. Budgets in bytes. */
const handlers = [
  { handler: 'packages/server/src/lambda/api.handler', budget: 600 * 1024 },
  { handler: 'packages/server/src/lambda/reconcile.handler', budget: 600 * 1024 },
  ...agents.map(({ handler }) => ({ handler, budget: 600 * 1024 })),
]

const scratch = mkdtempSync(join(tmpdir(), 'chimney-bundles-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

it.each(handlers)(
  '$handler bundles within its budget, and exports what is called',
  async ({ handler, budget }) => {
    const dot = handler.lastIndexOf('.')
    const { metafile } = await build({
      entryPoints: [`${handler.slice(0, dot)}.ts`],
      outdir: scratch,
      bundle: true,
      minify: true,
      splitting: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      mainFields: ['module', 'main'],
      logLevel: 'silent',
    })
    const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint)
    expect(output?.exports).toContain(handler.slice(dot + 1))
    expect(output?.bytes).toBeLessThan(budget)
  },
)

it.each(agents)('$name has the files that it asks for', ({ files }) => {
  for (const { from } of files) expect(existsSync(from), from).toBe(true)
})
