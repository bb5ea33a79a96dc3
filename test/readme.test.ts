import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { startCloud } from '@chimney/local/cloud'
import { afterAll, beforeAll, expect, it } from 'vitest'

let cloud: Awaited<ReturnType<typeof startCloud>>
beforeAll(async () => {
  cloud = await startCloud({ port: 0, agents: [], reconcileEveryMs: 0 })
})
afterAll(() => cloud.stop())

/** The shell block of a page that contains `mark`, as a reader would paste it. */
async function pasted(page: string, mark: string): Promise<string> {
  const text = await readFile(page, 'utf8')
  const block = [...text.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, code]) => code ?? '')
    .find((code) => code.includes(mark))
  if (!block) throw new Error(`${page} has no shell block with ${mark}`)
  return block
    .replace('http://127.0.0.1:8787', cloud.url)
    .replace('CHIMNEY_API_KEY=…', `CHIMNEY_API_KEY=${cloud.key}`)
}

it('the walk-through of the README works as printed', async () => {
  const script = await pasted('README.md', 'hello/sweeps')
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script])
  expect(stderr).toBe('')
  const answers = stdout.split(/(?<=\})(?=\{)/).map((answer) => JSON.parse(answer))
  expect(answers.slice(0, 6)).toEqual(
    Array.from({ length: 3 }, () => [
      { accepted: 1, stop: false },
      { state: 'finished', kept: true },
    ]).flat(),
  )
  expect(answers[6]).toMatchObject({ number: 1, value: 0.1, params: { lr: expect.any(Number) } })
})
