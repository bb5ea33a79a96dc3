/**
 * Installs the Node versions of Lambda's runtimes and AWS's runtime interface client into `.runtimes`, from the npm registry,
 * unless they are there. They exist for Linux only; elsewhere the tests run with the Node that runs them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CLIENT, hasClient, pathOf, RUNTIMES } from './runtimes.ts'

/** Building the client takes one or two minutes on an idle machine. */
const BUILD_MS = 8 * 60_000

/** Installs into a separate package, so that npm does not treat the folder as part of this one. Returns whether it succeeded. */
function install(
  folder: string,
  packages: readonly string[],
  more: Parameters<typeof spawnSync>[2] = {},
): boolean {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/package.json`, '{"private": true}\n')
  const words = ['install', '--no-audit', '--no-fund', '--no-save', ...packages]
  const { status } = spawnSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'], ...more, cwd: folder })
  return status === 0
}

const missing = RUNTIMES.filter(({ major }) => !existsSync(pathOf(major)))
if (process.platform !== 'linux')
  console.log('Lambda runs on Linux; the bundles are run with the current Node')
else {
  const packages = RUNTIMES.map(
    ({ major, version }) => `node${major}@npm:node-linux-${process.arch}@${version}`,
  )
  if (missing.length > 0 && !install('.runtimes', packages)) {
    console.error('the runtimes could not be installed; try again with a connection to the npm registry')
    process.exit(1)
  }
  if (!hasClient()) buildClient()
}

function buildClient(): void {
  console.log(`building ${CLIENT.name} ${CLIENT.version}, once …`)
  // Built with the Node version that will run it, and its headers.
  const bin = dirname(pathOf(RUNTIMES[0].major))
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, npm_config_nodedir: resolve(bin, '..') }
  if (
    install(CLIENT.folder, [`${CLIENT.name}@${CLIENT.version}`], {
      stdio: 'ignore',
      env,
      timeout: BUILD_MS,
    }) &&
    hasClient()
  )
    return
  rmSync(CLIENT.folder, { recursive: true, force: true })
  console.log(
    `${CLIENT.name} could not be built here (it needs a C++ compiler, make and cmake): the bundles run with our loop alone`,
  )
}
