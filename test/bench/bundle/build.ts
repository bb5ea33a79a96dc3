import { build, type Metafile } from 'esbuild'

/** Bytes of minified code that a cold start may read. */
export const BUNDLE_BUDGET = 600 * 1024

export interface Bundle {
  /** Path of the entry point's output. */
  readonly entry: string
  readonly exports: readonly string[]
  /** Bytes that a cold start reads: the entry and its static imports. */
  readonly bytes: number
}

/** The same banner as SST's: bundled CommonJS modules load Node's modules through `require`. */
const BANNER =
  "import{createRequire as topLevelCreateRequire}from'module';const require=topLevelCreateRequire(import.meta.url);"

/** Bundles an entry point with SST's options, for the deployed runtime. */
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
  if (entry === undefined) throw new Error(`esbuild wrote no output for ${source}`)
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
