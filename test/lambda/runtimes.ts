import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The Node versions of Lambda's runtimes `nodejs22.x` and `nodejs24.x`: any minor version of the same major does. */
export const RUNTIMES = [
  { major: 22, version: '22.23.3' },
  { major: 24, version: '24.9.0' },
] as const

export const pathOf = (major: number): string => resolve(`.runtimes/node_modules/node${major}/bin/node`)

/** Those that are installed; without any, the Node that runs this. */
export function runtimesAtHand(): { readonly name: string; readonly node: string }[] {
  const found = RUNTIMES.map(({ major }) => ({ name: `Node ${major}`, node: pathOf(major) })).filter(
    ({ node }) => existsSync(node),
  )
  return found.length > 0 ? found : [{ name: `Node ${process.versions.node}`, node: process.execPath }]
}
