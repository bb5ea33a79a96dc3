import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Cloud, startCloud } from '@chimney/local/cloud'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { dynamoIo } from '@chimney/server/store/dynamo/io'
import { schemaKey } from '@chimney/server/store/dynamo/item-keys'
import { describe, expect, it } from 'vitest'
import { useTestFolder } from './test-folder.ts'

/** So that a folder that was just made is an old one too. */
const DAY_LATER = { now: () => Date.now() + 86_400_000 }
const FOLDERS = join(import.meta.dirname, 'folders')

const folder = useTestFolder()

const call = async (cloud: Cloud, path: string, body?: unknown) => {
  const answer = await fetch(`${cloud.url}/v1/local/demo/${path}`, {
    headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

describe('a data folder of an earlier version', () => {
  it.each(readdirSync(FOLDERS))(
    '%s: everything is readable, and its sweep goes on to its end',
    async (archive) => {
      const dataDir = mkdtempSync(join(folder.path, 'data-'))
      execFileSync('tar', ['-xzf', join(FOLDERS, archive), '-C', dataDir])
      const cloud = await startCloud({ dataDir, port: 0, agents: [], clock: DAY_LATER })
      const [sweep] = (await call(cloud, 'sweeps')).items
      expect(sweep).toMatchObject({ state: 'running', best: { number: 1, value: 0.1 } })
      const { items } = await call(cloud, `sweeps/${sweep.id}/trials`)
      // The lease of the third has ended long ago.
      expect(items.map((trial: { state: string }) => trial.state)).toEqual(['finished', 'finished', 'queued'])
      for (const { run, params } of items) {
        const { items: rows } = await call(cloud, `runs/${run}/metrics?limit=1000`)
        expect(rows).toHaveLength(40)
        for (const row of rows) {
          expect(row).toMatchObject({ loss: 1 / (row._step + params.a), epoch: row._step })
          expect(row.note).toBe(row._step % 5 === 0 ? `step ${row._step % 20}` : 'x')
        }
      }
      const cells = new Set(items.map(({ params }: { params: { a: number } }) => params.a))
      for (let left = 4; left > 0; left--) {
        const { trials } = await call(cloud, `sweeps/${sweep.id}/trials`, {})
        const [{ run, attempt, params }] = trials
        cells.add(params.a)
        await call(cloud, `runs/${run}/metrics`, { attempt, points: [{ step: 0, values: { loss: 1 } }] })
        await call(cloud, `runs/${run}/finish`, { attempt, state: 'finished', summary: { loss: 1 } })
      }
      expect(cells.size).toBe(6)
      expect(await call(cloud, `sweeps/${sweep.id}`)).toMatchObject({ state: 'finished' })
      await cloud.stop()
    },
  )

  it('and one of a later version than the next is refused with a sentence', async () => {
    const dataDir = mkdtempSync(join(folder.path, 'data-'))
    await (await startCloud({ dataDir, port: 0, agents: [] })).stop()
    // Another service writes the version, since no step of this one does.
    const engine = await startDynamo(join(dataDir, 'dynamodb'))
    const client = dynamoClient(engine.endpoint)
    await dynamoIo({ client, table: 'chimney' }).put('test', schemaKey, { version: 9 })
    client.destroy()
    await engine.stop()
    await expect(startCloud({ dataDir, port: 0, agents: [] })).rejects.toThrow(
      /^The tables in \S+ have format 9, and this version of Chimney reads up to 2\. Start the newer version/,
    )
  })
})
