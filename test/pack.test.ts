import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** A machine that has Node and the unpacked file, and nothing of this repository. */
let elsewhere: string
const node = (...words: string[]) =>
  execFileSync(process.execPath, words, { cwd: elsewhere, encoding: 'utf8', stdio: 'pipe' })
beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'pack:sdk'], { stdio: 'pipe' })
  elsewhere = mkdtempSync(join(tmpdir(), 'chimney-elsewhere-'))
  cpSync('packages/sdk/dist/package', join(elsewhere, 'node_modules/chimney'), { recursive: true })
})
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }))

it('the packed command line runs where nothing else is', () => {
  expect(node('node_modules/chimney/chimney.js', '--help')).toContain('usage: chimney COMMAND')
  const cost = node('node_modules/chimney/chimney.js', 'cost', '--trials', '10', '--steps', '10')
  expect(cost).toContain('DynamoDB: writes')
})

it('so do the client and agent functions', () => {
  writeFileSync(
    join(elsewhere, 'own.mjs'),
    `import { chimney } from 'chimney/client'
import { agentFunction } from 'chimney/agent-function'
console.log(typeof chimney({ url: 'http://127.0.0.1:9' }).agent, typeof agentFunction(async () => {}))`,
  )
  expect(node('own.mjs')).toBe('function function\n')
})
