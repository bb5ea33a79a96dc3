/**
 * Evaluates `sst.config.ts` for one stage under Pulumi's mocks and prints the graph as JSON: what would be deployed, without
 * AWS, the Pulumi engine or a network. In a separate process, because mocks and globals cannot be undone.
 *
 * Usage: `tsx test/stacks/evaluate.ts STAGE [dev]`, in the root of the repository, after `test/stacks/install.ts`. The stage's file
 * is the one in `test/stacks/stages`. `TEST_DEPLOYED` is the record of the last deployment, empty for none; by default it has the
 * same settings.
 * It shows what our code requests, not whether AWS accepts it.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deployedBy } from '../../stacks/settings/changes.ts'
import { settingsOf } from '../../stacks/settings/settings.ts'
import type { Build, Graph } from './graph.ts'
import { answerCall, stateOf } from './mocks.ts'

const root = resolve('.')
const platform = join(root, '.sst/platform')
const [stage = 'test', mode] = process.argv.slice(2)
const dev = mode === 'dev'

// From the platform, so that the bundle and this file share one Pulumi with its mocks.
const require = createRequire(import.meta.url)
const esbuild = require(join(platform, 'node_modules/esbuild')) as typeof import('esbuild')
const pulumi = require(join(platform, 'node_modules/@pulumi/pulumi')) as {
  runtime: PulumiRuntime
  output<T>(value: T): { apply(read: (value: T) => void): void }
  ComponentResource: { prototype: { registerOutputs(this: object, outputs?: object): void } }
}

interface PulumiRuntime {
  setMocks(mocks: object, project: string, stack: string, preview: boolean): Promise<void>
  runInPulumiStack(program: () => Promise<unknown>): Promise<Record<string, unknown>>
  disconnect?(): Promise<void>
}

const graph: Graph = { app: {}, resources: [], builds: [], outputs: {}, printed: [], commands: [] }
const scratch = mkdtempSync(join(platform, 'graph-'))

const STAGES = 'test/stacks/stages'

/** The record of a deployment with the settings of the stage's file. */
function recordOfFile(): string | undefined {
  const file = `${STAGES}/${stage}.json`
  if (!existsSync(file)) return undefined
  const settings = settingsOf(stage, file, readFileSync(file, 'utf8'), {})
  const agents = JSON.parse(readFileSync(settings.agents, 'utf8')) as { name: string }[]
  return JSON.stringify(
    deployedBy(
      settings,
      agents.map(({ name }) => name),
    ),
  )
}

/** Pulumi's marker of a serialized secret. */
const SECRET = '4dabf18193072939515e22adb298388d'

/** Unwraps secrets. Pulumi also marks values that were combined with one. */
function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap)
  if (typeof value !== 'object' || value === null) return value
  if (SECRET in value) return unwrap((value as { value?: unknown }).value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrap(inner)]))
}

/** Responses of the `sst` binary to the components. */
const methods: Readonly<Record<string, (args: Build) => unknown>> = {
  'Provider.Aws.Bootstrap': () => ({
    asset: 'asset-bucket',
    state: 'state-bucket',
    appsyncHttp: 'http',
    appsyncRealtime: 'realtime',
  }),
  'Provider.Aws.Appsync': () => ({ http: 'http', realtime: 'realtime' }),
  'Runtime.AddTarget': () => ({}),
  // An empty bundle: `bundles.test.ts` builds the real ones.
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
  response.end(JSON.stringify(answer ? { result: answer(params[0]) } : { error: `no mock for ${method}` }))
})
await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
process.env.SST_SERVER = address

// ESM bundles of CommonJS packages need these. Long names do not collide with minified code.
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

/** The files of stages are those of this test, not of a real deployment. */
const stageFolder: import('esbuild').Plugin = {
  name: 'stages',
  setup: (build) =>
    build.onLoad({ filter: /stacks\/settings\/stage-folder\.ts$/ }, () => ({
      contents: `export const STAGE_FOLDER = '${STAGES}'`,
      loader: 'ts',
    })),
}

interface ConfigModule {
  default: { app(input: { stage: string }): Promise<Graph['app']> | Graph['app'] }
}

/** Runs `app()` alone, as the command line does first: its result becomes the global `$app` of the second bundle. */
async function readApp(): Promise<Graph['app']> {
  const outfile = join(scratch, 'app.mjs')
  await esbuild.build({
    ...options,
    outfile,
    entryPoints: [join(root, 'sst.config.ts')],
    plugins: [stageFolder],
    banner: { js: `${banner}\nglobalThis.$config = (config) => config;` },
  })
  const module = (await import(pathToFileURL(outfile).href)) as ConfigModule
  return { removal: 'retain', protect: false, ...(await module.default.app({ stage })), stage }
}

/** The whole program, built as by the command line: with its globals, and imports of `sst` and `aws` in each of our files. */
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
      stageFolder,
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

/** Mocks do not see the outputs of components, where commands of `sst dev` are. */
const { registerOutputs } = pulumi.ComponentResource.prototype
pulumi.ComponentResource.prototype.registerOutputs = function (outputs: { _dev?: object } = {}) {
  pulumi.output(outputs._dev as { title?: string; command?: string } | undefined).apply((dev) => {
    if (dev?.title !== undefined && dev.command !== undefined)
      graph.commands.push({ title: dev.title, command: dev.command })
  })
  registerOutputs.call(this, outputs)
}

// Standard output is the graph.
console.log = (line: unknown) => void graph.printed.push(String(line))

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
        graph.resources.push({ type, name, inputs: unwrap(inputs) as Record<string, unknown> })
        return { id: `${name}-id`, state: stateOf(type, name, inputs) }
      },
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) =>
        answerCall(token, inputs, process.env.TEST_DEPLOYED ?? recordOfFile()),
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
