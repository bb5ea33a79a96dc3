import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
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
    const { dependencies: service } = manifestOf('local')
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
      dependencies: { ...dependencies, zod: manifestOf('core').dependencies.zod },
      // Of the service. It has no binary for some platforms; everything else works there.
      optionalDependencies: { 'classic-level': service['classic-level'] },
    })
    // `chimney up`.
    execFileSync(process.execPath, ['../local/scripts/build-service.js', 'dist/service'])
    execFileSync(process.execPath, ['../web/scripts/build-if-changed.js'])
    cpSync('../web/dist', 'dist/service/pages', { recursive: true })
    copyFileSync('../../LICENSE', 'dist/LICENSE')
    // Programs that read the data of other tools.
    cpSync('src/cli/readers', 'dist/readers', { recursive: true })
    for (const file of ['README.md', 'CHANGELOG.md']) copyFileSync(file, `dist/${file}`)
  },
})

const exportOf = (entry: string) => ({ types: `./${entry}.d.ts`, default: `./${entry}.js` })
const writeManifest = (published: object) =>
  writeFileSync('dist/package.json', `${JSON.stringify(published, null, 2)}\n`)
const manifestOf = (name: string): { dependencies: Record<string, string> } =>
  JSON.parse(readFileSync(`../${name}/package.json`, 'utf8'))
