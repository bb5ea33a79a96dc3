/** Runtimes that the package supports, as npm packages: the oldest Node, the Node versions of Lambda, and Bun. */
import { RUNTIMES } from '../lambda/runtimes.ts'

const OLDEST = { major: 20, version: '20.19.0' }
const BUN = '1.4.5'

interface Runtime {
  readonly name: string
  /** Command, relative to the project. */
  readonly command: string
  /** Dependency that installs it: name and version. */
  readonly dependency: readonly [string, string] | undefined
}

const node = ({ major, version }: { major: number; version: string }): Runtime => ({
  name: `Node ${version}`,
  command: `node_modules/node${major}/bin/node`,
  dependency: [`node${major}`, `npm:node-linux-${process.arch}@${version}`],
})

const bun: Runtime = {
  name: `Bun ${BUN}`,
  command: 'node_modules/bun-binary/bin/bun',
  dependency: [
    'bun-binary',
    `npm:@oven/bun-linux-${process.arch === 'arm64' ? 'aarch64' : process.arch}@${BUN}`,
  ],
}

/** Outside of Linux, only the current Node. */
export const runtimes: readonly Runtime[] =
  process.platform === 'linux'
    ? [...[OLDEST, ...RUNTIMES].map(node), bun]
    : [{ name: `Node ${process.versions.node}`, command: process.execPath, dependency: undefined }]
