/**
 * Installs the SST platform (sources of its components, types of the AWS provider) into `.sst`, for the type check and the graph
 * test. Needs the npm registry, but no AWS account. Does nothing when the versions are installed.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const wanted = {
  platform: versionOf(readFileSync('node_modules/sst/package.json', 'utf8')),
  provider: /aws: \{\s*version: '([^']+)'/.exec(readFileSync('sst.config.ts', 'utf8'))?.[1],
}

function versionOf(packageJson: string): string {
  return (JSON.parse(packageJson) as { version: string }).version
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // Not installed yet, or the installation was interrupted.
  }
}

function isInstalled(): boolean {
  const provider = read('.sst/platform/node_modules/@pulumi/aws/package.json')
  return (
    read('.sst/platform/version').trim() === wanted.platform &&
    provider !== '' &&
    versionOf(provider) === wanted.provider
  )
}

if (wanted.provider === undefined) throw new Error('sst.config.ts names no version of the aws provider')
if (isInstalled()) {
  console.log(`sst platform ${wanted.platform} with aws provider ${wanted.provider} is installed`)
} else {
  console.log(`installing sst platform ${wanted.platform} with aws provider ${wanted.provider} …`)
  const { status } = spawnSync('npx', ['--no-install', 'sst', 'install'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      SST_NO_BUN: '1',
      SST_SKIP_DEPENDENCY_CHECK: '1',
      SST_TELEMETRY_DISABLED: '1',
      SST_STAGE: 'ci',
    },
  })
  if (status !== 0 || !isInstalled()) {
    console.error(
      'sst install did not succeed; delete .sst and try again, with a connection to the npm registry',
    )
    process.exit(1)
  }
}
