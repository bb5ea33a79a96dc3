import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NpmProcess, runNpm } from './npm-process.ts'

/** `stop-signals.ts` allows two seconds; twice that for a busy machine. A process that hangs takes more than a minute. */
const LIMIT_MS = 5_000
const STOPS = ['Ctrl-C', 'SIGTERM to npm'] as const

let folder: string
let running: NpmProcess | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chimney-stop-'))
})
afterEach(async () => {
  running?.kill()
  await rm(folder, { recursive: true, force: true })
})

const run = (words: readonly string[], variables: Record<string, string> = {}): NpmProcess => {
  running = runNpm(words, { TMPDIR: folder, ...variables })
  return running
}

describe.each(STOPS)('%s', (stop) => {
  it('ends the demo during a sweep, with its children and its temporary folder', async () => {
    const demo = run(['run', 'demo'])
    await demo.waitFor(/^Sweep \S+/m)
    await demo.waitFor(/1\/20/)
    expect(await demos(folder)).toHaveLength(1)
    demo.signal(stop)
    expect(await demo.ended()).toBeLessThan(LIMIT_MS)
    expect(await demos(folder)).toEqual([])
  })

  it('ends the local service, whose data remains', async () => {
    const data = join(folder, 'data')
    const service = run(['start'], { PORT: '0', CHIMNEY_DATA: data, CHIMNEY_DASHBOARD: 'off' })
    await service.waitFor(/Chimney is ready/)
    service.signal(stop)
    expect(await service.ended()).toBeLessThan(LIMIT_MS)
    expect(service.output().match(/Stopping Chimney/g)).toHaveLength(1)
    expect(await readdir(data)).toContain('key')
  })
})

it('a repeated Ctrl-C counts as one', async () => {
  const service = run(['start'], {
    PORT: '0',
    CHIMNEY_DATA: join(folder, 'data'),
    CHIMNEY_DASHBOARD: 'off',
  })
  await service.waitFor(/Chimney is ready/)
  for (let count = 0; count < 3; count++) service.signal('Ctrl-C')
  expect(await service.ended()).toBeLessThan(LIMIT_MS)
  expect(service.output()).toContain('Stopping Chimney')
  expect(service.output()).not.toMatch(/Error|SIGINT/)
})

/** Data folders of demos. The folder also holds caches of npm and tsx. */
const demos = async (path: string): Promise<string[]> =>
  (await readdir(path)).filter((name) => name.startsWith('chimney-demo-'))
