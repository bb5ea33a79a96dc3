/**
 * Packs the command line and the client for machines that do not have this repository: `npm run pack:sdk` makes
 * `packages/sdk/dist/chimney-VERSION.tgz`, which needs Node and nothing else. Install it with `npm install -g FILE`, or import
 * `chimney/client` and `chimney/agent-function` from it. Plain JavaScript without types.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}dist/package`
rmSync(`${root}dist`, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

/** As `bin/chimney.js`, whose sources have become JavaScript here. */
const COMMAND = `import { main } from './src/cli/main.ts'
import { terminal } from './src/cli/terminal.ts'
process.exitCode = await main(process.argv.slice(2), terminal())
`
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
} as const
// Packages that came as CommonJS ask for Node's modules by `require`.
const require =
  "import{createRequire as topLevelCreateRequire}from'node:module';const require=topLevelCreateRequire(import.meta.url);"
await build({
  ...common,
  stdin: { contents: COMMAND, resolveDir: root, loader: 'ts' },
  outfile: `${folder}/chimney.js`,
  banner: { js: `#!/usr/bin/env node\n${require}` },
})
await build({
  ...common,
  entryPoints: ['src/client.ts', 'src/agent-function.ts'],
  outdir: folder,
  splitting: true,
  banner: { js: require },
})
const { version, license } = manifest
writeFileSync(
  `${folder}/package.json`,
  JSON.stringify(
    {
      name: 'chimney',
      version,
      license,
      type: 'module',
      bin: { chimney: 'chimney.js' },
      exports: { './client': './client.js', './agent-function': './agent-function.js' },
      engines: { node: '>=20.19' },
    },
    undefined,
    2,
  ),
)
copyFileSync(`${root}../../LICENSE`, `${folder}/LICENSE`)
const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', '..'], {
  cwd: folder,
  stdio: ['ignore', 'inherit', 'inherit'],
})
process.exit(status ?? 1)
