import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENTITY, KEY } from '../../http/test-app.ts'
import { PROJECT, type TestWandb, testWandb, UPSERT_BUCKET } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const line = (step: number, values: object) =>
  JSON.stringify({ _step: step, _timestamp: 1 + step, ...values })
const history = (offset: number, ...content: string[]) => ({
  files: { 'wandb-history.jsonl': { offset, content } },
})

const rowsOf = async (run: string) =>
  (await api.call('GET', `/v1/${ENTITY}/${PROJECT}/runs/${run}/metrics`)).body.items
const runOf = async (run: string) => (await api.call('GET', `/v1/${ENTITY}/${PROJECT}/runs/${run}`)).body

describe('several processes of one run', () => {
  /** A request of the stream as one of several processes sends it. */
  const send = async (run: string, writer: string, body: object) => {
    const { status } = await api.app.request(`/files/${ENTITY}/${PROJECT}/${run}/file_stream`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`api:${KEY}`).toString('base64')}`,
        'X-Wandb-Use-Async-Filestream': 'true',
        'X-Wandb-Async-Client-Id': writer,
      },
      body: JSON.stringify(body),
    })
    expect(status).toBe(200)
  }
  const summary = (values: object) => ({
    files: { 'wandb-summary.json': { offset: 0, content: [JSON.stringify(values)] } },
  })

  it('have separate lines, also when resent', async () => {
    await api.init('shared')
    for (let times = 0; times < 2; times++)
      for (const who of ['a', 'b']) await send('shared', who, history(0, line(0, { who }), line(1, { who })))
    expect(
      (await rowsOf('shared')).map((row: { _step: number; who: string }) => [row._step, row.who]),
    ).toEqual([
      [0, 'a'],
      [0, 'b'],
      [1, 'a'],
      [1, 'b'],
    ])
  })

  it('have one summary, also for processes that arrive after the run has ended', async () => {
    await api.init('summed')
    await send('summed', 'a', summary({ loss: 1, a: 1 }))
    await send('summed', 'b', summary({ loss: 2, b: 1 }))
    await send('summed', 'a', { complete: true, exitcode: 0 })
    await api.init('summed')
    await send('summed', 'c', summary({ c: 1 }))
    expect(await runOf('summed')).toMatchObject({ state: 'finished', summary: { loss: 2, a: 1, b: 1, c: 1 } })
  })

  it('find as many lines as the longest of them has, when the run is resumed', async () => {
    await api.init('counted')
    await send('counted', 'a', history(0, line(0, {}), line(1, {}), line(2, {})))
    await send('counted', 'b', history(0, line(0, {})))
    const { bucket } = (
      await api.data(`{ model(name: "${PROJECT}") { bucket(name: "counted") { historyLineCount } } }`)
    ).model
    expect(bucket.historyLineCount).toBe(3)
  })
})

describe('a fork', () => {
  const fork = (name: string, run: string, step: number) => {
    const config = JSON.stringify({ _wandb: { value: { t: {}, branch_point: { run_id: run, step } } } })
    return api.ask(UPSERT_BUCKET, { name, project: PROJECT, config })
  }

  it('starts with the other run’s rows up to that step, and continues from there', async () => {
    await api.init('parent')
    await api.stream('parent', history(0, ...[0, 2, 4, 6].map((step) => line(step, { x: step }))))
    // A lost response: the client repeats the request.
    for (let times = 0; times < 2; times++)
      expect((await fork('branch', 'parent', 4)).body.data.upsertBucket.bucket.historyLineCount).toBe(3)
    await api.stream('branch', history(3, line(5, { x: 50 })))
    expect((await rowsOf('branch')).map((row: { x: number }) => row.x)).toEqual([0, 2, 4, 50])
    expect((await rowsOf('parent')).map((row: { x: number }) => row.x)).toEqual([0, 2, 4, 6])
    // A resuming process counts its own lines.
    const again = await api.data(UPSERT_BUCKET, { name: 'branch', project: PROJECT, config: '{}' })
    expect(again.upsertBucket.bucket.historyLineCount).toBe(0)
  })

  it('of a run that does not exist is refused', async () => {
    const { status, body } = await fork('orphan', 'unknown', 1)
    expect(status).toBe(404)
    expect(body.errors[0].message).toContain('unknown')
  })
})
