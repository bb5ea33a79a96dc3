import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestWandb, testWandb } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const history = (offset: number, ...content: string[]) => ({
  files: { 'wandb-history.jsonl': { offset, content } },
})
const line = (step: number, values: object = {}) =>
  JSON.stringify({ _step: step, _timestamp: 1_700_000_000 + step, _runtime: step, ...values })
const rows = async (run: string) => (await api.call('GET', `/v1/acme/digits/runs/${run}/metrics`)).body.items

describe('lines of a run', () => {
  it('are stored once when resent, split differently, or delivered twice', async () => {
    const lines = Array.from({ length: 12 }, (_, step) => line(step, { loss: 1 / (step + 1) }))
    let n = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 12 })), { maxLength: 6 }),
        async (again) => {
          const run = `replay${n++}`
          await api.init(run)
          await api.stream(run, history(0, ...lines.slice(0, 7)))
          await api.stream(run, history(7, ...lines.slice(7)))
          for (const [from, count] of again)
            await api.stream(run, history(from, ...lines.slice(from, from + count)))
          const got = await rows(run)
          expect(got.map((row: { _step: number }) => row._step)).toEqual(lines.map((_, step) => step))
          expect(got[11].loss).toBe(1 / 12)
        },
      ),
      { numRuns: 10, seed: 1 },
    )
  })

  it('may hold bare NaN and Infinity, which are preserved', async () => {
    await api.init('nan')
    const answer = await api.stream('nan', history(0, '{"_step": 0, "loss": NaN, "up": Infinity}'))
    expect(answer.status).toBe(200)
    expect(await rows('nan')).toMatchObject([{ loss: 'NaN', up: 'Infinity' }])
  })

  it('that no item of the table can hold lose their large values, and end no stream', async () => {
    await api.init('large')
    const big = 'b'.repeat(500_000)
    const answer = await api.stream('large', {
      files: {
        'wandb-history.jsonl': { offset: 0, content: [line(0, { loss: 3, big }), line(1, { loss: 2 })] },
        'output.log': { offset: 0, content: [big] },
        'wandb-summary.json': { offset: 0, content: [JSON.stringify({ loss: 2, big })] },
      },
    })
    expect(answer.status).toBe(200)
    const omitted = { _type: 'omitted', size: 500_002 }
    expect(await rows('large')).toMatchObject([{ loss: 3, big: omitted }, { loss: 2 }])
    expect((await api.call('GET', '/v1/acme/digits/runs/large')).body.summary).toEqual({
      loss: 2,
      big: omitted,
    })
  })

  it('that cannot be parsed are stored as text, and the stream continues', async () => {
    await api.init('unreadable')
    const deep = `{"a": ${'['.repeat(200)}${']'.repeat(200)}}`
    const sent = history(0, '{"_step": 0}', '{"x": ', deep, '[1]', '{"_step": 4}')
    const files = { ...sent.files, 'wandb-summary.json': { offset: 0, content: [deep] } }
    expect((await api.stream('unreadable', { files })).status).toBe(200)
    const rows = (await api.call('GET', '/v1/acme/digits/runs/unreadable/metrics')).body.items
    expect(rows.map((row: { _step: number }) => row._step)).toEqual([0, 1, 2, 3, 4])
    expect(rows[1]._unreadable.text).toBe('{"x": ')
    expect(rows[2]._unreadable.size).toBe(deep.length)
  })

  it('may hold half of a character, which a broken writer sends', async () => {
    await api.init('half')
    expect((await api.stream('half', history(0, '{"_step": 0, "text": "\\ud83d"}'))).status).toBe(200)
    expect(await rows('half')).toHaveLength(1)
  })

  it('are returned by the step of logging', async () => {
    await api.init('steps')
    await api.stream('steps', history(0, line(10, { loss: 1 }), line(20, { loss: 2 })))
    expect((await rows('steps')).map((row: { _step: number }) => row._step)).toEqual([10, 20])
  })

  it('of the console may be rewritten', async () => {
    await api.init('console')
    const log = (offset: number, ...content: string[]) =>
      api.stream('console', { files: { 'output.log': { offset, content } } })
    await log(0, '2026-01-01T00:00:00.000000 10%', '2026-01-01T00:00:00.000000 end')
    await log(0, '2026-01-01T00:00:01.000000 100%')
    const query =
      '{ project(name: "digits") { run(name: "console") { logLines(last: 5) { edges { node { number line level timestamp } } } } } }'
    const { edges } = (await api.data(query)).project.run.logLines
    expect(edges.map(({ node }: { node: { line: string } }) => node.line)).toEqual(['100%', 'end'])
  })
})

describe('the end of a run', () => {
  it('finds the metric of its sweep in a summary that has far too many', async () => {
    const sweep = await api.sweep(
      'method: random\nmetric: {name: a_loss.of.which.the.name.is.longer.than.all.others, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\n',
    )
    const [command] = await api.beat(await api.agent(sweep))
    const run = command!.run_id!
    await api.init(run)
    const many = Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`m${i}`, i]))
    const summary = JSON.stringify({
      'a_loss.of.which.the.name.is.longer.than.all.others': 12345.678901,
      ...many,
    })
    const files = { 'wandb-summary.json': { offset: 0, content: [summary] } }
    await api.stream(run, { files, complete: true, exitcode: 0 })
    const { best } = (await api.call('GET', `/v1/acme/digits/sweeps/${sweep}`)).body
    expect(best).toMatchObject({ run, value: 12345.678901 })
  })

  it('applies after the rows of the same request, and the client’s own summary is kept', async () => {
    await api.init('end')
    await api.stream('end', {
      files: {
        'wandb-history.jsonl': { offset: 0, content: [line(0, { loss: 3 })] },
        'wandb-summary.json': { offset: 0, content: ['{"loss": 1.5, "best": true}'] },
      },
      complete: true,
      exitcode: 0,
    })
    const { body } = await api.call('GET', '/v1/acme/digits/runs/end')
    expect(body).toMatchObject({ state: 'finished', exit_code: 0, summary: { loss: 1.5, best: true } })
  })

  it('is failed for any other exit code; a repetition has no effect', async () => {
    await api.init('bad')
    for (let i = 0; i < 2; i++) await api.stream('bad', { complete: true, exitcode: 1 })
    expect((await api.call('GET', '/v1/acme/digits/runs/bad')).body).toMatchObject({
      state: 'failed',
      exit_code: 1,
    })
  })

  it('may be sent twice with data, and with unknown keys', async () => {
    await api.init('twice')
    const end = {
      ...history(0, line(0, { loss: 1 })),
      uploaded: ['a.png'],
      dropped: 3,
      preempting: false,
      complete: true,
      exitcode: 0,
    }
    for (let i = 0; i < 2; i++) expect(await api.stream('twice', end)).toEqual({ status: 200, body: {} })
    expect(await rows('twice')).toHaveLength(1)
  })

  it('does not stop a process that logs on', async () => {
    await api.init('late')
    await api.stream('late', { complete: true, exitcode: 0 })
    expect(await api.stream('late', {})).toEqual({ status: 200, body: {} })
  })

  it('is undone by a new process of a run outside sweeps', async () => {
    await api.init('again')
    await api.stream('again', history(0, line(0), line(1), line(2)))
    await api.stream('again', { complete: true, exitcode: 1 })
    await api.init('again')
    expect((await api.call('GET', '/v1/acme/digits/runs/again')).body.state).toBe('running')
    await api.stream('again', history(2, line(2), line(3)))
    expect((await rows('again')).map((row: { _step: number }) => row._step)).toEqual([0, 1, 2, 3])
  })
})

describe('refusals', () => {
  it('stop a request of very many tiny lines, or of very many values in its lines, before they are parsed', async () => {
    const lines = `{"files":{"wandb-history.jsonl":{"offset":0,"content":[${'"{}",'.repeat(1_100_000)}"{}"]}}}`
    expect((await api.stream('console', lines)).status).toBe(413)
    const values = history(0, ...Array.from({ length: 22 }, () => `{"a":[${'[],'.repeat(100_000)}1]}`))
    expect((await api.stream('console', values)).status).toBe(413)
  })

  it.each([
    { title: 'a run that does not exist', run: 'nowhere', body: {}, status: 404 },
    { title: 'a body that is no JSON', run: 'console', body: '{', status: 400 },
    { title: 'a negative offset', run: 'console', body: history(-1, '{}'), status: 400 },
  ])('are final: $title', async ({ run, body, status }) => {
    expect((await api.stream(run, body)).status).toBe(status)
  })

  it.each([
    ['GET', '/graphql'],
    ['PUT', '/graphql'],
    ['GET', '/files/acme/digits/console/file_stream'],
    ['PUT', '/files/acme/digits/console/file_stream'],
    ['POST', '/files/acme/digits/console/other'],
    ['POST', '/sdk/otel/v1/metrics'],
    ['POST', '/sdk/otel/v1/logs'],
  ])('are 404, which is not retried: %s %s', async (method, path) => {
    const answer = await api.app.request(path, { method })
    expect(answer.status).toBe(404)
    expect((await answer.json()).errors).toHaveLength(1)
  })

  it('returns 401 for a wrong key and 403 for another entity', async () => {
    expect((await api.ask('{ viewer { id } }', {}, null)).status).toBe(401)
    expect((await api.ask('{ viewer { id } }', {}, 'b'.repeat(40))).status).toBe(401)
    expect((await api.ask('{ entity(name: "other") { id } }')).status).toBe(403)
    // Clients probe for projects of entities that they may not read.
    expect((await api.data('{ project(name: "p", entityName: "other") { id } }')).project).toBe(null)
  })
})
