/**
 * Installs the Node versions of Lambda's runtimes and AWS's runtime interface client into `.runtimes`, from the npm registry,
 * unless they are there. They exist for Linux only; elsewhere the tests run with the Node that runs them.
 */
import { rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CLIENT, hasClient, install, installRuntimes, pathOf, RUNTIMES } from './runtimes.ts'

/** Building the client takes one or two minutes on an idle machine. */
const BUILD_MS = 8 * 60_000

if (process.platform !== 'linux')
  console.log('Lambda runs on Linux; the bundles are run with the current Node')
else {
  installRuntimes()
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
