/**
 * Brings the Node versions that Lambda runs functions with into `.runtimes`, from npm's registry. Does nothing when they are there.
 * They exist for Linux; elsewhere the tests run with the Node at hand.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { pathOf, RUNTIMES } from './runtimes.ts'

const missing = RUNTIMES.filter(({ major }) => !existsSync(pathOf(major)))
if (process.platform !== 'linux')
  console.log('Lambda runs on Linux; the bundles are run with the Node at hand')
else if (missing.length > 0) {
  mkdirSync('.runtimes', { recursive: true })
  // A package of its own, so that npm does not take the folder for a part of this one.
  writeFileSync('.runtimes/package.json', '{"private": true}\n')
  const packages = RUNTIMES.map(
    ({ major, version }) => `node${major}@npm:node-linux-${process.arch}@${version}`,
  )
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-save', ...packages], {
    cwd: '.runtimes',
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) {
    console.error('the runtimes could not be installed; try again with a connection to the npm registry')
    process.exit(1)
  }
}
