import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
import manifest from './package.json' with { type: 'json' }

/**
 * Builds `dist`, the published package. The manifest in this folder points to the sources, so that the workspaces need no
 * build step; the one in `dist` points to the built files.
 */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    client: 'src/client.ts',
    'agent-function': 'src/agent-function.ts',
    chimney: 'src/cli/bin.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  splitting: true,
  clean: true,
  dts: {
    // Without this, declarations of the private core package would stay external.
    compilerOptions: { baseUrl: '.', paths: { '@chimney/core/*': ['../core/src/*'] } },
    entry: {
      index: 'src/index.ts',
      client: 'src/client.ts',
      'agent-function': 'src/agent-function.ts',
    },
  },
  onSuccess: async () => {
    const { name, version, description, license, type, engines, dependencies } = manifest
    writeManifest({
      name,
      version,
      description,
      keywords: ['hyperparameter', 'sweep', 'wandb', 'optimization'],
      license,
      type,
      engines,
      bin: { chimney: './chimney.js' },
      exports: {
        '.': exportOf('index'),
        './client': exportOf('client'),
        './agent-function': exportOf('agent-function'),
        './package.json': './package.json',
      },
      sideEffects: false,
      // The declarations refer to the schemas of core, and thereby to zod.
      dependencies: { ...dependencies, zod: zodVersion() },
    })
    copyFileSync('../../LICENSE', 'dist/LICENSE')
    for (const file of ['README.md', 'CHANGELOG.md']) copyFileSync(file, `dist/${file}`)
  },
})

const exportOf = (entry: string) => ({ types: `./${entry}.d.ts`, default: `./${entry}.js` })
const writeManifest = (published: object) =>
  writeFileSync('dist/package.json', `${JSON.stringify(published, null, 2)}\n`)
const zodVersion = (): string => JSON.parse(readFileSync('../core/package.json', 'utf8')).dependencies.zod
