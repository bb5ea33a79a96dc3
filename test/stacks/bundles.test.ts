import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { afterAll, expect, it } from 'vitest'
import agents from '../../stacks/agents.json'

/** What a cold start reads: the entry and what it imports at once. Bytes, minified. */
const BUDGET = 600 * 1024

const handlers = [
  'packages/server/src/lambda/api.handler',
  'packages/server/src/lambda/reconcile.handler',
  ...agents.map(({ handler }) => handler),
]

const scratch = mkdtempSync(join(tmpdir(), 'chimney-bundles-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

it.each(handlers)('%s bundles within its budget, and exports what is called', async (handler) => {
  const dot = handler.lastIndexOf('.')
  const source = `${handler.slice(0, dot)}.ts`
  // As the platform bundles, for the deployed runtime.
  const { metafile } = await build({
    entryPoints: [source],
    outdir: scratch,
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  })
  const [entry] = Object.keys(metafile.outputs).filter(
    (path) => metafile.outputs[path]?.entryPoint === source,
  )
  expect(metafile.outputs[entry!]?.exports).toContain(handler.slice(dot + 1))
  expect(bytesAtStart(metafile, entry!)).toBeLessThan(BUDGET)
})

function bytesAtStart({ outputs }: Metafile, entry: string): number {
  const read = new Set([entry])
  // A set may grow while it is walked: what is added is visited too.
  for (const path of read)
    for (const { kind, path: next } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[next]) read.add(next)
  return [...read].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0)
}

it.each(agents)('$name has the files that it asks for', ({ files }) => {
  for (const { from } of files) expect(existsSync(from), from).toBe(true)
})
