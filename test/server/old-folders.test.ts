import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Cloud, startCloud } from '@chimney/local/cloud'
import { startDynamo } from '@chimney/local/embedded-dynamo'
import { dynamoClient } from '@chimney/server/store/dynamo/client'
import { dynamoIo } from '@chimney/server/store/dynamo/io'
import { schemaKey } from '@chimney/server/store/dynamo/item-keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testFolder } from './service.ts'

const FOLDERS = join(import.meta.dirname, 'folders')

let folder: string
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, remove } = await testFolder())
})
afterAll(() => remove())

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
      const dataDir = mkdtempSync(join(folder, 'data-'))
      execFileSync('tar', ['-xzf', join(FOLDERS, archive), '-C', dataDir])
      const cloud = await startCloud({ dataDir, port: 0, agents: [] })
      const [sweep] = (await call(cloud, 'sweeps')).items
      expect(sweep).toMatchObject({ state: 'running', best: { number: 1, value: 0.1 } })
      const { items } = await call(cloud, `sweeps/${sweep.id}/trials`)
      expect(items.map((trial: { state: string }) => trial.state)).toEqual([
        'finished',
        'finished',
        'running',
      ])
      for (const { run, params } of items) {
        const { items: rows } = await call(cloud, `runs/${run}/metrics?limit=1000`)
        expect(rows).toHaveLength(40)
        for (const row of rows) {
          expect(row).toMatchObject({ loss: 1 / (row._step + params.a), epoch: row._step })
          expect(row.note).toBe(row._step % 5 === 0 ? `step ${row._step % 20}` : 'x')
        }
      }
      await call(cloud, `runs/${items[2].run}/metrics`, { points: [{ step: 40, values: { loss: 1 } }] })
      const cells = new Set(items.map(({ params }: { params: { a: number } }) => params.a))
      for (let left = 3; left > 0; left--) {
        const { trials } = await call(cloud, `sweeps/${sweep.id}/trials`, {})
        cells.add(trials[0].params.a)
        await call(cloud, `runs/${trials[0].run}/finish`, { state: 'finished', summary: { loss: 1 } })
      }
      await call(cloud, `runs/${items[2].run}/finish`, { state: 'finished', summary: { loss: 1 } })
      expect(cells.size).toBe(6)
      expect(await call(cloud, `sweeps/${sweep.id}`)).toMatchObject({ state: 'finished' })
      await cloud.stop()
    },
  )

  it('and one of a later version than the next is refused with a sentence', async () => {
    const dataDir = mkdtempSync(join(folder, 'data-'))
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
