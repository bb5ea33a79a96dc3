/**
 * `npm run draw:rooms`: draws docs/images/rooms.svg, the packages, their rooms and the imports between them, as dependency-cruiser
 * finds them. `--check` writes nothing and fails when the picture is out of date.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { instance } from '@viz-js/viz'
import { CORE, SERVER } from '../../.dependency-cruiser.mjs'

interface Cruised {
  readonly modules: readonly {
    readonly source: string
    readonly dependencies: readonly { readonly resolved: string }[]
  }[]
}

const PICTURE = 'docs/images/rooms.svg'
/** Tests import what they like. */
const TEST = /[.](test|suite)[.]tsx?$|\/(test-app|test-api|fake-[^/]+|access)[.]ts$/
const roomsOf = (table: readonly (readonly string[])[]) => [
  ...new Set(table.flat().map((room) => room.split('/')[0]!)),
]
const CLUSTERS: Record<string, readonly string[]> = {
  server: roomsOf(SERVER),
  core: roomsOf(CORE),
}

/** The node of a file: a room of a package that has rooms in the picture, or the package. */
function nodeOf(path: string): string | undefined {
  const [, name, room] = /^packages\/(\w+)\/src\/(\w+)/.exec(path) ?? []
  if (name === undefined || TEST.test(path)) return undefined
  const rooms = CLUSTERS[name]
  return rooms === undefined ? name : rooms.includes(room!) ? `${name}/${room}` : undefined
}

const { modules } = JSON.parse(
  execFileSync('npx', ['depcruise', '--config', '.dependency-cruiser.mjs', '-T', 'json', 'packages'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  }),
) as Cruised
const arrows = new Map<string, Set<string>>()
for (const { source, dependencies } of modules)
  for (const { resolved } of dependencies) {
    const [from, to] = [nodeOf(source), nodeOf(resolved)]
    if (from === undefined || to === undefined || from === to) continue
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to))
  }

/** The line of a room in its table; packages stand above the server, and core below it. */
const lineOf = (node: string): number => {
  const [name, room] = node.split('/')
  const [table, base] = name === 'core' ? [CORE, 100] : [SERVER, 1]
  return room === undefined
    ? 0
    : base + table.findIndex((line) => line.some((one) => one.split('/')[0] === room))
}
const down = (from: string): string[] =>
  [...(arrows.get(from) ?? [])].filter((to) => lineOf(to) > lineOf(from))
const reaches = (from: string, to: string): boolean =>
  down(from).some((next) => next === to || reaches(next, to))
/** Arrows that a longer way down already shows are left out, so that the picture can be read. */
const shown = (from: string, to: string) => !down(from).some((next) => next !== to && reaches(next, to))
/** An arrow up leaves one part of a room, see the tables, or is a known violation. */
const styleOf = (from: string, to: string) =>
  lineOf(to) > lineOf(from) ? '' : ' [style=dashed constraint=false]'

const lines = ['rankdir=TB', 'ranksep=0.45', 'nodesep=0.3', 'fontname="sans-serif"', 'fontsize=12']
lines.push(
  'node [shape=box style="rounded,filled" fillcolor=white fontname="sans-serif" fontsize=12 height=0.35 margin="0.2,0.05"]',
)
lines.push('edge [arrowsize=0.7 color="#555555"]')
for (const [name, rooms] of Object.entries(CLUSTERS)) {
  const nodes = rooms.map((room) => `"${name}/${room}" [label="${room}"]`).join('; ')
  lines.push(
    `subgraph "cluster_${name}" { label="packages/${name}"; style=filled; color="#eef1f5"; ${nodes} }`,
  )
}
for (const name of ['sdk', 'web', 'local']) lines.push(`"${name}" [label="packages/${name}"]`)
for (const [from, targets] of [...arrows].sort(([a], [b]) => (a < b ? -1 : 1)))
  for (const to of [...targets].sort())
    if (shown(from, to)) lines.push(`"${from}" -> "${to}"${styleOf(from, to)}`)

const viz = await instance()
const svg = viz.renderString(`digraph rooms {\n${lines.join('\n')}\n}\n`, { format: 'svg' })
if (process.argv.includes('--check')) {
  if (readFileSync(PICTURE, 'utf8') !== svg) {
    console.error(`${PICTURE} is out of date: npm run draw:rooms`)
    process.exit(1)
  }
} else {
  writeFileSync(PICTURE, svg)
}
