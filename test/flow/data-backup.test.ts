import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cloud, startCloud } from '@chimney/local/cloud'
import { main } from '@chimney/sdk/cli/main'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let root: string
let cloud: Cloud
const start = (name: string) =>
  startCloud({ dataDir: join(root, name), port: 0, agents: [], reconcileEveryMs: 200, leaseSeconds: 2 })
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chimney-backup-'))
  cloud = await start('data')
})
afterEach(async () => {
  await cloud.stop()
  await rm(root, { recursive: true })
})

const call = async (at: Cloud, path: string, body?: unknown) => {
  const answer = await fetch(`${at.url}/v1/local/digits/${path}`, {
    headers: { authorization: `Bearer ${at.key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

async function chimney(...args: string[]) {
  let [out, err] = ['', '']
  const io = {
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
    },
    isTty: false,
    columns: () => 80,
    env: { CHIMNEY_DATA: join(root, 'data') },
    readStdin: async () => '',
    askSecret: async () => undefined,
  }
  return { code: await main(args, io), out, err }
}

const CELLS = 80
const CONFIG = { method: 'grid', metric: { name: 'loss' }, parameters: { a: { min: 1, max: CELLS } } }

/** Runs trials until there are none, or `isOver`. Calls `acknowledged` after each row and each end. */
async function agent(
  at: Cloud,
  sweep: string,
  acknowledged: (run: string, a: number) => void,
  isOver = () => false,
) {
  while (!isOver()) {
    const { status, body } = await call(at, `sweeps/${sweep}/trials`, {})
    if (status === 409) return
    if (status === 204) {
      await call(at, `sweeps/${sweep}/trials`)
      continue
    }
    const [{ run, attempt, params }] = body.trials
    await call(at, `runs/${run}/metrics`, { attempt, points: [{ step: 0, values: { loss: params.a } }] })
    await call(at, `runs/${run}/finish`, { attempt, state: 'finished' })
    acknowledged(run, params.a)
  }
}

describe('chimney backup, under load,', () => {
  it('copies all that is acknowledged when it begins, and the copy completes the sweep without a cell twice', async () => {
    const { id } = (await call(cloud, 'sweeps', CONFIG)).body
    const finished = new Map<string, number>()
    let isOver = false
    const agents = Promise.all(
      Array.from({ length: 8 }, () =>
        agent(
          cloud,
          id,
          (run, a) => finished.set(run, a),
          () => isOver,
        ),
      ),
    )
    await expect.poll(() => finished.size, { timeout: 60_000 }).toBeGreaterThan(30)
    const before = new Map(finished)
    const copy = join(root, 'copies', 'monday')
    const { code, out } = await chimney('backup', copy)
    expect([code, out]).toEqual([0, expect.stringMatching(/monday: \d+ items, 0 files\.\n$/)])
    isOver = true
    await agents

    const restored = await start('copies/monday')
    try {
      expect(restored.key).toBe(cloud.key)
      for (const [run, a] of before) {
        const { body } = await call(restored, `runs/${run}`)
        expect(body).toMatchObject({ state: 'finished', summary: { loss: a } })
      }
      const cells: number[] = []
      await Promise.all(Array.from({ length: 4 }, () => agent(restored, id, (_, a) => cells.push(a))))
      const trials: { state: string; params: { a: number } }[] = []
      for (let after: string | undefined = ''; after !== undefined; ) {
        const { body }: Awaited<ReturnType<typeof call>> = await call(
          restored,
          `sweeps/${id}/trials?limit=1000${after && `&cursor=${after}`}`,
        )
        trials.push(...body.items)
        after = body.next_cursor ?? undefined
      }
      const done = trials.filter(({ state }) => state === 'finished').map(({ params }) => params.a)
      expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: CELLS }, (_, k) => k + 1))
      expect(new Set(cells).size).toBe(cells.length)
    } finally {
      await restored.stop()
    }
  })
})

describe('chimney backup', () => {
  it('copies files, and only for the owner of the data folder', async () => {
    await cloud.deps.files.put('a/b/weights.bin', new Uint8Array([1, 2, 3]))
    expect(await chimney('backup', join(root, 'copy'), '--json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"files": 1'),
    })
    const restored = await start('copy')
    expect(await restored.deps.files.get('a/b/weights.bin')).toEqual(Buffer.from([1, 2, 3]))
    await restored.stop()
    for (const name of ['copy/key', 'data/service.json'])
      expect((await stat(join(root, name))).mode & 0o77, name).toBe(0)
    const { url } = JSON.parse(await readFile(join(root, 'data/service.json'), 'utf8'))
    const byKey = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${cloud.key}` },
      body: JSON.stringify({ folder: join(root, 'stolen') }),
    })
    expect(byKey.status).toBe(404)
  })

  it('refuses a folder with files, one in the data folder, and a service that does not run', async () => {
    const message = async (...args: string[]) => {
      const { code, err } = await chimney('backup', ...args)
      expect(code).toBe(1)
      return err
    }
    await writeFile(join(root, 'file'), '')
    expect(await message(root)).toContain(`The folder ${root} is not empty`)
    expect(await message(join(root, 'data/copy'))).toContain('is in the data folder')
    expect(await message(join(root, 'file', 'copy'))).toContain('cannot be written (ENOTDIR')
    expect(await message(join(root, 'copy'), '--data', root)).toContain(
      `no service runs with the data folder ${root}`,
    )
    await cloud.stop()
    expect(await message(join(root, 'copy'))).toContain('no service runs with the data folder')
  })
})
