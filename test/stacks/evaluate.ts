/**
 * Evaluates `sst.config.ts` for one stage under Pulumi's mocks and prints the graph as JSON: what would be deployed, without
 * AWS, without the Pulumi engine, without a network. A process of its own, because mocks and globals are for ever.
 *
 * Usage: `tsx test/stacks/evaluate.ts STAGE [dev]`, in the root of the repository, after `test/stacks/install.ts`.
 * It proves what our code asks for, not what AWS would say to it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Build, Graph } from './graph.ts'
import { answerCall, stateOf } from './mocks.ts'

const root = resolve('.')
const platform = join(root, '.sst/platform')
const [stage = 'test', mode] = process.argv.slice(2)
const dev = mode === 'dev'

// From the platform, so that the bundle and this file share one Pulumi: mocks set here must be seen there.
const require = createRequire(import.meta.url)
const esbuild = require(join(platform, 'node_modules/esbuild')) as typeof import('esbuild')
const pulumi = require(join(platform, 'node_modules/@pulumi/pulumi')) as { runtime: PulumiRuntime }

interface PulumiRuntime {
  setMocks(mocks: object, project: string, stack: string, preview: boolean): Promise<void>
  runInPulumiStack(program: () => Promise<unknown>): Promise<Record<string, unknown>>
  disconnect?(): Promise<void>
}

const graph: Graph = { app: {}, resources: [], builds: [], outputs: {} }
const scratch = mkdtempSync(join(platform, 'graph-'))

/** How Pulumi marks a secret on the wire. */
const SECRET = '4dabf18193072939515e22adb298388d'

/** Without the envelopes of secrets: what was once beside one is marked too. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open)
  if (typeof value !== 'object' || value === null) return value
  if (SECRET in value) return open((value as { value?: unknown }).value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, open(inner)]))
}

/** What the `sst` binary answers to the components while they are made. */
const methods: Readonly<Record<string, (args: Build) => unknown>> = {
  'Provider.Aws.Bootstrap': () => ({
    asset: 'asset-bucket',
    state: 'state-bucket',
    appsyncHttp: 'http',
    appsyncRealtime: 'realtime',
  }),
  'Provider.Aws.Appsync': () => ({ http: 'http', realtime: 'realtime' }),
  'Runtime.AddTarget': () => ({}),
  // An empty bundle: whether the real ones can be built is a test of its own.
  'Runtime.Build': (args) => {
    const { functionID, handler, links, copyFiles } = args
    graph.builds.push({ functionID, handler, links, copyFiles })
    const out = join(scratch, args.functionID)
    mkdirSync(out, { recursive: true })
    writeFileSync(join(out, 'bundle.mjs'), '')
    return { handler: `bundle.${args.handler.split('.').pop()}`, out, errors: [], sourcemaps: [] }
  },
}

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const { method, params } = JSON.parse(body) as { method: string; params: [Build] }
  const answer = methods[method]
  response.end(
    JSON.stringify(answer ? { result: answer(params[0]) } : { error: `no stand-in for ${method}` }),
  )
})
await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
process.env.SST_SERVER = address

// ESM bundles of CommonJS packages need these; long names, because minified code has taken the short ones.
const banner = `import { createRequire as graphCreateRequire } from 'node:module';
import { fileURLToPath as graphFileURLToPath } from 'node:url';
const require = graphCreateRequire(import.meta.url);
const __filename = graphFileURLToPath(import.meta.url);
const __dirname = graphFileURLToPath(new URL('.', import.meta.url));`

const options = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  logLevel: 'silent',
  nodePaths: [join(platform, 'node_modules')],
  external: [
    '@pulumi/*',
    'undici',
    '@pulumiverse/*',
    '@sst-provider/*',
    '@aws-sdk/*',
    'esbuild',
    'archiver',
    'glob',
    'vite',
    'prettier',
    'typescript',
  ],
} satisfies import('esbuild').BuildOptions

interface ConfigModule {
  default: { app(input: { stage: string }): Promise<Graph['app']> | Graph['app'] }
}

/** `app()` alone, as the command line does first: what it says becomes the global `$app` of the second bundle. */
async function readApp(): Promise<Graph['app']> {
  const outfile = join(scratch, 'app.mjs')
  await esbuild.build({
    ...options,
    outfile,
    entryPoints: [join(root, 'sst.config.ts')],
    banner: { js: `${banner}\nglobalThis.$config = (config) => config;` },
  })
  const module = (await import(pathToFileURL(outfile).href)) as ConfigModule
  return { removal: 'retain', protect: false, ...(await module.default.app({ stage })), stage }
}

/** The whole program, the way the command line builds it: globals defined, and `sst` and `aws` before each of our files. */
async function readProgram(app: Graph['app']): Promise<() => Promise<unknown>> {
  const outfile = join(scratch, 'program.mjs')
  const cli = {
    command: dev ? 'dev' : 'deploy',
    dev,
    rpc: address,
    paths: { home: '/nonexistent', root, work: join(root, '.sst'), platform },
    state: { version: {} },
  }
  const globals = `import * as aws from '@pulumi/aws';\nimport * as sst from ${JSON.stringify(join(platform, 'src/components'))};\n`
  await esbuild.build({
    ...options,
    outfile,
    banner: { js: banner },
    define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: String(dev) },
    inject: [join(platform, 'src/shim/run.js')],
    stdin: {
      contents: `import { run } from ${JSON.stringify(join(platform, 'src/auto/run.ts'))};
import config from ${JSON.stringify(join(root, 'sst.config.ts'))};
export default () => run(config.run);`,
      resolveDir: root,
      loader: 'ts',
    },
    plugins: [
      {
        name: 'globals',
        setup: (build) =>
          build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path.startsWith(join(root, '.sst'))
              ? undefined
              : { contents: globals + readFileSync(path, 'utf8'), loader: 'ts', resolveDir: dirname(path) },
          ),
      },
    ],
  })
  return ((await import(pathToFileURL(outfile).href)) as { default: () => Promise<unknown> }).default
}

try {
  Object.assign(graph.app, await readApp())
  const program = await readProgram(graph.app)
  await pulumi.runtime.setMocks(
    {
      newResource: ({
        type,
        name,
        inputs,
      }: {
        type: string
        name: string
        inputs: Record<string, unknown>
      }) => {
        graph.resources.push({ type, name, inputs: open(inputs) as Record<string, unknown> })
        return { id: `${name}-id`, state: stateOf(type, name, inputs) }
      },
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) =>
        answerCall(token, inputs),
    },
    String(graph.app.name),
    stage,
    false,
  )
  Object.assign(graph.outputs, await pulumi.runtime.runInPulumiStack(program))
  await pulumi.runtime.disconnect?.()
} finally {
  server.close()
  rmSync(scratch, { recursive: true, force: true })
}
graph.resources.sort((left, right) =>
  `${left.type} ${left.name}`.localeCompare(`${right.type} ${right.name}`, 'en'),
)
process.stdout.write(JSON.stringify(graph, undefined, 2))
