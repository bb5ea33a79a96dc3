/**
 * `npm run bench -- KIND… [--write] [--times]` with KIND `http`, `cost`, `bundle`, `search`, `latency`, `stop`, `multi`, `warm-start`, `load` or `engine`.
 * The default is `http cost bundle`. Prints tables and writes the figures as JSON to `test/bench/results/`.
 * `--write` updates the measured part of the pages in `docs/`.
 * `--times` makes `cost` measure CPU times again; use an idle machine.
 * `search --recorded` prints cached results without searching.
 * `search` and `latency` take `--methods bayes,gp --problems branin,main --seeds 30 --budget 100`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runEngines } from '../load/engines.ts'
import { runLoad } from '../load/run.ts'
import { runBundle } from './bundle/run.ts'
import { runCosts } from './cost/run.ts'
import { runHttp } from './http/run.ts'
import { runLatency } from './latency/run.ts'
import { runMulti } from './multi.ts'
import type { BenchOptions } from './options.ts'
import { runSearch } from './search/run.ts'
import { runWarmStart } from './search/warm-start.ts'
import { runStop } from './stop/run.ts'

const KINDS: Readonly<Record<string, (options: BenchOptions) => Promise<unknown>>> = {
  http: runHttp,
  cost: runCosts,
  bundle: runBundle,
  search: runSearch,
  latency: runLatency,
  load: runLoad,
  engine: runEngines,
  stop: runStop,
  multi: runMulti,
  'warm-start': runWarmStart,
}
/** The other kinds take minutes to hours. */
const DEFAULT_KINDS = ['http', 'cost', 'bundle']

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { values, positionals } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    times: { type: 'boolean', default: false },
    methods: { type: 'string', default: '' },
    problems: { type: 'string', default: '' },
    seeds: { type: 'string', default: '0' },
    budget: { type: 'string', default: '0' },
    recorded: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const unknown = positionals.filter((kind) => !Object.hasOwn(KINDS, kind))
if (unknown.length > 0) {
  console.error(`Unknown benchmark ${unknown.join(', ')}. Choose from: ${Object.keys(KINDS).join(', ')}.`)
  process.exit(2)
}
const results = new URL('results/', import.meta.url)
await mkdir(results, { recursive: true })
for (const kind of positionals.length > 0 ? positionals : DEFAULT_KINDS) {
  const figures = await KINDS[kind]!({
    ...values,
    seeds: Number(values.seeds),
    budget: Number(values.budget),
  })
  await writeFile(new URL(`${kind}.json`, results), `${JSON.stringify(figures, undefined, 2)}\n`)
}
