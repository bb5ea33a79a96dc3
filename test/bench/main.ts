/**
 * `npm run bench -- KIND… [--write] [--times]` with KIND `http`, `cost` or `bundle`; all of them when none is named. Prints tables, keeps
 * the figures as JSON in `test/bench/results/`, and with `--write` brings the measured part of the pages in `docs/` up to date.
 * `--times` makes `cost` measure its processor times anew: best on a machine that does nothing else.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runBundle } from './bundle/run.ts'
import { runCosts } from './cost/run.ts'
import { runHttp } from './http/run.ts'
import type { BenchOptions } from './options.ts'

const KINDS: Readonly<Record<string, (options: BenchOptions) => Promise<unknown>>> = {
  http: runHttp,
  cost: runCosts,
  bundle: runBundle,
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false }, times: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter((kind) => !Object.hasOwn(KINDS, kind))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(KINDS).join(', ')}.`)
  process.exit(2)
}
const results = new URL('results/', import.meta.url)
await mkdir(results, { recursive: true })
for (const kind of positionals.length > 0 ? positionals : Object.keys(KINDS)) {
  const figures = await KINDS[kind]!(values)
  await writeFile(new URL(`${kind}.json`, results), `${JSON.stringify(figures, undefined, 2)}\n`)
}
