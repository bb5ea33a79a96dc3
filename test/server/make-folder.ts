/**
 * `npx tsx test/server/make-folder.ts NAME`: writes test/server/folders/NAME.tar.gz, the tables of a small sweep as this version stores
 * them. Add one when the format of the table changes, and keep the others: `old-folders.test.ts` opens all of them.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startService } from './service.ts'

const [name] = process.argv.slice(2)
if (!name || !/^[\w-]+$/.test(name)) throw new Error('name the folder, such as format-2')
const folder = await mkdtemp(join(tmpdir(), 'chimney-server-'))
const service = await startService({ data: folder })
const project = '/v1/local/demo'
const points = (batch: number, a: number) =>
  Array.from({ length: 20 }, (_, i) => {
    const step = batch * 20 + i
    return { step, values: { loss: 1 / (step + a), epoch: step, note: i % 5 === 0 ? `step ${i}` : 'x' } }
  })
const { body: sweep } = await service.call(`${project}/sweeps`, {
  body: {
    method: 'grid',
    metric: { name: 'loss', goal: 'minimize' },
    parameters: { a: { values: [1, 2, 3, 4, 5, 6] }, b: { values: [0.5] } },
  },
})
for (let number = 1; number <= 3; number++) {
  const { body } = await service.call(`${project}/sweeps/${sweep.id}/trials`, { body: { agent: 'maker' } })
  const { run, attempt, params } = body.trials[0]
  for (const batch of [0, 1])
    await service.call(`${project}/runs/${run}/metrics`, {
      body: { attempt, points: points(batch, params.a) },
    })
  if (number < 3)
    await service.call(`${project}/runs/${run}/finish`, {
      body: { state: 'finished', attempt, summary: { loss: params.a / 10 } },
    })
}
await service.end()
const files = readdirSync(join(folder, 'dynamodb'))
  .filter((file) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb))$/.test(file))
  .map((file) => `dynamodb/${file}`)
const target = resolve(import.meta.dirname, 'folders', `${name}.tar.gz`)
execFileSync('tar', ['--owner=0', '--group=0', '--numeric-owner', '-czf', target, ...files], { cwd: folder })
await rm(folder, { recursive: true, force: true })
