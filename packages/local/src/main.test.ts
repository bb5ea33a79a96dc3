import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

let folder: string
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chimney-main-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<number | null>
  readonly ready: Promise<{ url: string; key: string }>
}

const npmStart = (variables: Record<string, string> = {}): Started => {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      CHIMNEY_DATA: join(folder, 'data'),
      CHIMNEY_DASHBOARD: 'off',
      ...variables,
    },
  })
  children.push(child)
  let output = ''
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = new Promise<{ url: string; key: string }>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const url = /export WANDB_BASE_URL=(\S+)/.exec(output)?.[1]
      const key = /export WANDB_API_KEY=(\S+)/.exec(output)?.[1]
      if (url && key) resolve({ url, key })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    exit.then(() => reject(new Error(`the process ended: ${output}`)))
  })
  ready.catch(() => {})
  return { child, output: () => output, exit, ready }
}

const call = async ({ url, key }: { url: string; key: string }, path: string, body?: unknown) => {
  const answer = await fetch(`${url}/v1/local/demo/${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  expect(answer.ok).toBe(true)
  return answer.json()
}

describe('npm start', () => {
  it('keeps every acknowledged write when it is killed', async () => {
    const first = npmStart()
    const before = await first.ready
    const { id } = await call(before, 'sweeps', {
      method: 'random',
      metric: { name: 'loss', goal: 'minimize' },
      parameters: { x: { min: 0.0, max: 1.5 } },
    })
    const { trials } = await call(before, `sweeps/${id}/trials`, { count: 5 })
    // Writers that run when the process dies: acknowledged requests count.
    const acknowledged: number[] = []
    const run = trials[0].run
    let step = 0
    const writer = async () => {
      for (;;) {
        const mine = step++
        await call(before, `runs/${run}/metrics`, { points: [{ step: mine, values: { loss: mine } }] })
        acknowledged.push(mine)
        if (acknowledged.length === 60) first.child.kill('SIGKILL')
      }
    }
    await Promise.allSettled(Array.from({ length: 4 }, writer))
    await first.exit

    const second = npmStart()
    const after = await second.ready
    expect(after.key).toBe(before.key)
    expect((await call(after, `sweeps/${id}`)).trials.handed_out).toBe(5)
    expect((await call(after, `sweeps/${id}/trials`)).items).toHaveLength(5)
    const { items } = await call(after, `runs/${run}/metrics?limit=1000`)
    const kept = new Map(items.map((row: { _step: number; loss: number }) => [row._step, row.loss]))
    for (const mine of acknowledged) expect(kept.get(mine)).toBe(mine)

    second.child.kill('SIGINT')
    expect(await second.exit).toBe(0)
    expect(second.output()).toContain('Stopping Chimney.')
  })

  it('exits with one sentence and code 1 when it cannot start', async () => {
    const started = npmStart({ CHIMNEY_DATA: join(MAIN, 'data') })
    expect(await started.exit).toBe(1)
    expect(started.output()).toMatch(/^The data folder .* cannot be written: .*\n$/)
  })
})
