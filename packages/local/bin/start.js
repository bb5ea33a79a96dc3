#!/usr/bin/env node
// `npm start`: builds the service if its sources are newer than the last build, and runs the build in this process.
import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { currentBuild } from '../scripts/build-service.js'
import { readWords } from '../scripts/start-options.js'

// `chimney up` of a clone imports this file and has read its own words.
if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const asked = readWords(process.argv.slice(2))
  if ('text' in asked) {
    if (asked.exitCode === 0) console.log(asked.text)
    else console.error(asked.text)
    process.exit(asked.exitCode)
  }
  Object.assign(process.env, asked.variables)
}

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
