/**
 * Builds the service of `npm start` and of `chimney up`: plain JavaScript, split so that a part is loaded when it is needed. That
 * takes half of the memory and a third of the start of the TypeScript sources. Without TypeScript itself, since each start runs it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const ROOT = join(PACKAGE, '../..')
const OUT = join(PACKAGE, 'dist')
const CURRENT = join(OUT, 'current')
/** Inputs of a build; the lock file stands for the dependencies. */
const SOURCES = ['packages/core/src', 'packages/server/src', 'packages/local', 'package-lock.json']
/** A running service still loads parts of the build that it started with. */
const KEPT_BUILDS = 3

/** Bundled CommonJS modules call `require` for modules of Node. */
const REQUIRE =
  "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);"

/**
 * The path of the built entry; undefined when sources are newer.
 * @returns {string | undefined}
 */
export function currentBuild() {
  const changed = Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))
  if (changedAt(CURRENT) < changed) return undefined
  return join(OUT, readFileSync(CURRENT, 'utf8'), 'main.js')
}

async function replaceBuild() {
  const id = String(Date.now())
  await buildService(join(OUT, id))
  await writeFile(`${CURRENT}.${id}`, id)
  await rename(`${CURRENT}.${id}`, CURRENT)
  const builds = (await readdir(OUT)).filter((name) => /^\d+$/.test(name)).sort()
  for (const old of builds.slice(0, -KEPT_BUILDS)) await rm(join(OUT, old), { recursive: true })
}

/**
 * @param {string} outdir
 * @returns {Promise<void>}
 */
export async function buildService(outdir) {
  const { build, stop } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['packages/local/src/main.ts', 'packages/local/src/search/search-thread.ts'],
    entryNames: '[name]',
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true, // not names: errors show them
    legalComments: 'none', // LICENSES.txt has all of them
    external: ['classic-level', 'tsx'],
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'warning',
  })
  await stop()
  await writeFile(join(outdir, 'LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)))
}

/**
 * The licences of the bundled packages.
 * @param {string[]} inputs
 */
async function licensesOf(inputs) {
  const packages = new Set(inputs.flatMap((file) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []))
  const texts = [...packages].sort().map(async (path) => {
    const folder = join(ROOT, path)
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
    const text = file ? await readFile(join(folder, file), 'utf8') : ''
    return `${name} ${version} (${license})\n\n${text.trim()}\n`
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}

/**
 * Modification time of a file, or of the newest file in a folder, in ms; 0 when there is none. Builds do not count. Synchronous: a
 * promise for each of a thousand files takes 8 MB.
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info?.isDirectory()) return info?.mtimeMs ?? 0
  let last = 0
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) {
      if (!/^(?:dist|node_modules)$/.test(entry.name)) last = Math.max(last, newest(join(path, entry.name)))
    } else last = Math.max(last, changedAt(join(path, entry.name)))
  return last
}

/** @param {string} path */
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (process.argv[1] === fileURLToPath(import.meta.url))
  await (process.argv[2] === undefined ? replaceBuild() : buildService(resolve(process.argv[2])))
