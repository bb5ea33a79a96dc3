/**
 * Builds the dashboard if its sources are newer than the last build. `npm start` and the stacks run it. Vite builds to a temporary
 * folder, which then replaces the old build, so that a running service never serves half a build. Without TypeScript, since each start
 * runs it.
 */
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, 'dist')
/** Inputs of a build; the lock file stands for the dependencies. */
const SOURCES = [
  'src',
  'public',
  'index.html',
  'vite.config.ts',
  'package.json',
  '../../package-lock.json',
  '../core/src/schema',
]

const built = await changedAt(join(OUT, 'index.html'))
const changed = Math.max(...(await Promise.all(SOURCES.map((source) => newest(join(ROOT, source))))))
if (built < changed) {
  console.error('Building the dashboard…')
  const staging = join(ROOT, 'dist', `.new-${process.pid}`)
  // Tests set NODE_ENV=test, which would bundle React's development build.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({ root: ROOT, logLevel: 'warn', build: { outDir: staging, emptyOutDir: true } })
  for (const name of await readdir(OUT))
    if (!name.startsWith('.new-') && name !== 'assets') await rm(join(OUT, name), { recursive: true })
  await rm(join(OUT, 'assets'), { recursive: true, force: true })
  // index.html last, after the assets it references.
  const names = (await readdir(staging)).sort(
    (a, b) => Number(a.startsWith('index.html')) - Number(b.startsWith('index.html')),
  )
  for (const name of names) await rename(join(staging, name), join(OUT, name))
  await rm(staging, { recursive: true })
  console.error('The dashboard is built.')
}

/**
 * Modification time of a file, or of the newest file in a folder, in ms; 0 when there is none.
 * @param {string} path
 */
async function newest(path) {
  const info = await stat(path).catch(() => undefined)
  if (!info?.isDirectory()) return info?.mtimeMs ?? 0
  const names = await readdir(path, { recursive: true })
  return Math.max(0, ...(await Promise.all(names.map((name) => changedAt(join(path, name))))))
}

/** @param {string} path */
async function changedAt(path) {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
}
