import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, statfs, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RANDOM_SWEEP, refusedStart, type Service, startService, until } from './service.ts'
import { useTestFolder } from './test-folder.ts'

const folder = useTestFolder()

/** A service whose data folder is a small disk. The mount is in its own namespace, so no test needs root. */
async function onSmallDisk(megabytes: number) {
  const disk = await mkdtemp(join(folder.path, 'disk-'))
  const mount = `mount -t tmpfs -o size=${megabytes}m none ${disk} && exec "$@"`
  const service = await startService({
    data: join(disk, 'data'),
    before: ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh'],
  })
  const data = `/proc/${service.child.pid}/root${disk}/data`
  /** Leaves so much room; returns what makes room again. */
  const fill = async (megabytesFree: number) => {
    const { bavail, bsize } = await statfs(data)
    const filler = join(data, 'filler')
    await writeFile(filler, Buffer.alloc(bavail * bsize - megabytesFree * 2 ** 20))
    return () => rm(filler)
  }
  return { service, data, fill }
}

const UPLOAD = `mutation ($run: String!) {
  createRunFiles(input: {projectName: "demo", runName: $run, files: ["model.bin"]}) { files { uploadUrl } }
}`

/** Text that no compression shortens. */
const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex')

async function newRun(service: Service) {
  const { body: sweep } = await service.call('/v1/local/demo/sweeps', { body: RANDOM_SWEEP })
  const { body } = await service.call(`/v1/local/demo/sweeps/${sweep.id}/trials`, { body: {} })
  const run = body.trials[0].run as string
  const report = (step: number) =>
    service.call(`/v1/local/demo/runs/${run}/metrics`, {
      body: { points: [{ step, values: { loss: step, text: noise(50_000) } }] },
    })
  const steps = async () => {
    const { body } = await service.call(`/v1/local/demo/runs/${run}/metrics?limit=1000&keys=loss`)
    return new Set(body.items.map((row: { _step: number }) => row._step))
  }
  return { sweep: sweep.id as string, run, report, steps }
}

describe('a full disk', () => {
  it('refuses writes with 503 and a sentence, answers reads, and takes writes again when there is room', async () => {
    const { service, fill } = await onSmallDisk(24)
    const { sweep, report, steps } = await newRun(service)
    const makeRoom = await fill(1)
    const kept: number[] = []
    let refused: Awaited<ReturnType<typeof report>> | undefined
    for (let step = 0; refused === undefined; step++) {
      const answer = await report(step)
      if (answer.status === 200) kept.push(step)
      else refused = answer
    }
    expect(refused).toMatchObject({ status: 503, body: { code: 'data-folder-not-writable' } })
    expect(refused.body.detail).toMatch(/^the data folder \S+ cannot be written: its disk is full \(.*\)/)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect((await service.call(`/v1/local/demo/sweeps/${sweep}`)).status).toBe(200)
    expect(await steps()).toEqual(new Set(kept))
    expect(service.output()).toMatch(/WARN The data folder \S+ cannot be written: its disk is full/)
    expect(service.output()).not.toMatch(/ at \S+\.js:\d+/)

    await makeRoom()
    const again = 1_000_000
    await until('writing resumes', async () => (await report(again)).status === 200)
    kept.push(again)
    expect(service.output()).toContain('can be written again')
    expect(await steps()).toEqual(new Set(kept))
    expect(await service.end()).toBe(0)
  })

  it('refuses an upload with 507, keeps no part of it, and warns before', async () => {
    const { service, data, fill } = await onSmallDisk(24)
    const { run } = await newRun(service)
    const { body } = await service.call('/graphql', { body: { query: UPLOAD, variables: { run } } })
    const { uploadUrl } = body.data.createRunFiles.files[0]
    const refused = await fetch(uploadUrl, { method: 'PUT', body: randomBytes(40_000_000) })
    expect(refused.status).toBe(507)
    expect(await refused.text()).toMatch(/^the data folder \S+ cannot be written: its disk is full/)
    expect(await readdir(join(data, 'files'))).toEqual([])
    expect((await fetch(uploadUrl, { method: 'PUT', body: 'small' })).status).toBe(200)

    await fill(1)
    await until('a warning', async () => /WARN The disk of .* is 9\d% full/.test(service.output()))
  })

  it('refuses the start with one sentence', async () => {
    const { code, output } = await refusedStart({ data: '/dev/full/data' })
    expect([code, output.trim().split('\n').length]).toEqual([1, 1])
    expect(output).toMatch(/^The data folder \/dev\/full\/data cannot be written/)
  })
})

describe('a data folder that is gone', () => {
  it('refuses writes until it is back, and loses none that were acknowledged', async () => {
    const data = join(folder.path, 'moved')
    const service = await startService({ data })
    const { report, steps } = await newRun(service)
    expect((await report(1)).status).toBe(200)
    await rename(data, `${data}-elsewhere`)
    expect(await report(2)).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('it was removed or renamed') },
    })
    expect(await steps()).toEqual(new Set([1]))
    await rename(`${data}-elsewhere`, data)
    await until('writing resumes', async () => (await report(3)).status === 200)
    await service.end('SIGKILL')
    const again = await startService({ data })
    expect((await again.call('/v1/local/demo/sweeps')).body.items).toHaveLength(1)
    expect(await again.end()).toBe(0)
  })
})

describe('an upload that a crash interrupted', () => {
  it('leaves nothing after the next start', async () => {
    const data = join(folder.path, 'drafts')
    await mkdir(join(data, 'files'), { recursive: true })
    await writeFile(join(data, 'files', '0c1d.draft'), 'half of a file')
    // Of two uploads in parts, one may still be continued.
    const parts = join(data, 'files', '~parts.d')
    const weeksAgo = Date.now() / 1_000 - 14 * 24 * 3_600
    for (const upload of ['old.d', 'new.d']) {
      await mkdir(join(parts, upload), { recursive: true })
      await writeFile(join(parts, upload, '1.f'), 'a part')
    }
    await utimes(join(parts, 'old.d'), weeksAgo, weeksAgo)
    const service = await startService({ data })
    expect(await readdir(join(data, 'files'))).toEqual(['~parts.d'])
    expect(await readdir(parts)).toEqual(['new.d'])
    await service.end()
  })
})
