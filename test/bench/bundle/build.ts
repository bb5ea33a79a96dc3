import { build, type Metafile } from 'esbuild'

/** What a cold start may read, in bytes, minified. */
export const BUNDLE_BUDGET = 600 * 1024

export interface Bundle {
  /** Path of the file that is called. */
  readonly entry: string
  readonly exports: readonly string[]
  /** Bytes that a cold start reads: the entry and what it imports at once. */
  readonly bytes: number
}

/** As the platform has it: what came as CommonJS asks for Node's modules by `require`. */
const BANNER =
  "import{createRequire as topLevelCreateRequire}from'module';const require=topLevelCreateRequire(import.meta.url);"

/** Bundles an entry point as the platform does, for the deployed runtime. */
export async function bundle(source: string, outdir: string): Promise<Bundle> {
  const { metafile } = await build({
    entryPoints: [source],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    logLevel: 'silent',
  })
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? []
  if (entry === undefined) throw new Error(`${source} made no entry`)
  return { entry, exports: metafile.outputs[entry]?.exports ?? [], bytes: bytesAtStart(metafile, entry) }
}

function bytesAtStart({ outputs }: Metafile, entry: string): number {
  const read = new Set([entry])
  // A set may grow while it is walked: what is added is visited too.
  for (const path of read)
    for (const { kind, path: next } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[next]) read.add(next)
  return [...read].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0)
}
