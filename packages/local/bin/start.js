#!/usr/bin/env node
// `npm start`: builds the service if its sources are newer than the last build, and runs the build in this process.
import { spawnSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { currentBuild } from '../scripts/build-service.js'

const build = () => {
  // In another process, whose end frees its memory.
  const { status } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../scripts/build-service.js', import.meta.url))],
    { stdio: 'inherit' },
  )
  if (status !== 0) process.exit(status ?? 1)
  return currentBuild()
}

const main = currentBuild() ?? build()
await import(pathToFileURL(main).href)
