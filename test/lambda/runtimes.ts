import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The Node versions of Lambda's runtimes `nodejs22.x` and `nodejs24.x`; the minor version does not matter. */
export const RUNTIMES = [
  { major: 22, version: '22.23.3' },
  { major: 24, version: '24.9.0' },
] as const

export const pathOf = (major: number): string => resolve(`.runtimes/node_modules/node${major}/bin/node`)

/** AWS's own runtime interface client: the program that calls the handler within a function. */
export const CLIENT = { name: 'aws-lambda-ric', version: '4.0.2', folder: '.runtimes/client' } as const
const clientPath = resolve(CLIENT.folder, 'node_modules', CLIENT.name)
/** Its native addon, built at installation. */
export const hasClient = (): boolean => existsSync(`${clientPath}/rapid-client.node`)

/** Programs that call the handler: `bootstrap.mjs`, and AWS's client if it could be built. */
export const availableClients = (): { readonly client: string; readonly program?: string }[] => [
  { client: 'our loop' },
  ...(hasClient() ? [{ client: CLIENT.name, program: `${clientPath}/index.mjs` }] : []),
]

/** The installed versions, or else the current Node. */
export function availableRuntimes(): { readonly name: string; readonly node: string }[] {
  const found = RUNTIMES.map(({ major }) => ({ name: `Node ${major}`, node: pathOf(major) })).filter(
    ({ node }) => existsSync(node),
  )
  return found.length > 0 ? found : [{ name: `Node ${process.versions.node}`, node: process.execPath }]
}

/** Installs into a separate package, so that npm does not treat the folder as part of this one. Returns whether it succeeded. */
export function install(
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

/** Installs the versions of Node from the npm registry unless they are there. They exist for Linux only. */
export function installRuntimes(): void {
  if (RUNTIMES.every(({ major }) => existsSync(pathOf(major)))) return
  const packages = RUNTIMES.map(
    ({ major, version }) => `node${major}@npm:node-linux-${process.arch}@${version}`,
  )
  if (!install('.runtimes', packages))
    throw new Error('the runtimes could not be installed; try again with a connection to the npm registry')
}
