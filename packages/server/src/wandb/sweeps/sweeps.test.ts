import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestWandb, testWandb, UPSERT_BUCKET, UPSERT_SWEEP } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const RANDOM =
  'method: random\nmetric: {name: loss, goal: minimize}\nparameters:\n  x: {min: 0.0, max: 1.0}\n'

describe('a new sweep', () => {
  it('is the same one when the client repeats the request within 30 s', async () => {
    const config = `${RANDOM}name: once\n`
    const first = await api.sweep(config)
    api.clock.advance(20_000)
    expect(await api.sweep(config)).toBe(first)
    api.clock.advance(31_000)
    expect(await api.sweep(config)).not.toBe(first)
  })

  it('is another one once the first has handed out a trial', async () => {
    const config = `${RANDOM}name: started\n`
    const first = await api.sweep(config)
    await api.beat(await api.agent(first))
    expect(await api.sweep(config)).not.toBe(first)
  })

  it('has warnings as a list of texts', async () => {
    const { upsertSweep } = await api.data(UPSERT_SWEEP, {
      config: `${RANDOM}launch: {}\n`,
      projectName: 'digits',
    })
    expect(upsertSweep.configValidationWarnings.every((text: unknown) => typeof text === 'string')).toBe(true)
    expect(upsertSweep.configValidationWarnings.length).toBeGreaterThan(0)
  })

  it('that is wrong is refused with a sentence, and not retried', async () => {
    const { status, body } = await api.ask(UPSERT_SWEEP, {
      config: 'method: random\n',
      projectName: 'digits',
    })
    expect(status).toBe(400)
    expect(body.errors[0].message).toContain('parameters')
  })

  it('is created once when five requests arrive at the same time', async () => {
    const config = `${RANDOM}name: five\n`
    const made = await Promise.all(Array.from({ length: 5 }, () => api.sweep(config)))
    expect(new Set(made).size).toBe(1)
  })

  it('reads 1e-4 in YAML as a number, and quoted text as text', async () => {
    const sweep = await api.sweep(
      "method: grid\nparameters:\n  a: {values: [1e-4, '1e-4', 'yes', 0x10, 1.0e-05]}\n",
    )
    const agent = await api.agent(sweep)
    const seen: unknown[] = []
    for (let i = 0; i < 5; i++) {
      const [command] = await api.beat(agent)
      seen.push(command!.args!.a!.value)
      await api.init(command!.run_id!)
    }
    expect(seen).toEqual([1e-4, '1e-4', 'yes', 16, 1e-5])
  })

  it('without a program still sends its agents one, since they drop a run without', async () => {
    const [command] = await api.beat(
      await api.agent(await api.sweep('method: grid\nparameters: {a: {value: 1}}\n')),
    )
    expect(command).toMatchObject({ program: '', args: { a: { value: 1 } } })
  })

  it('keeps floats and integers of nested ranges apart', async () => {
    const nested = (range: string) => `method: random\nparameters:\n  opt: {parameters: {lr: ${range}}}\n`
    const drawn = async (range: string) => {
      const agent = await api.agent(await api.sweep(nested(range)))
      return ((await api.beat(agent))[0]!.args!.opt!.value as { lr: number }).lr
    }
    expect(Number.isInteger(await drawn('{min: 0.0, max: 1.0}'))).toBe(false)
    expect(Number.isInteger(await drawn('{min: 0, max: 100}'))).toBe(true)
  })

  it('has the expected number of runs', async () => {
    const expected = async (config: string) => {
      const sweep = await api.sweep(config)
      return (await api.data(`{ project { sweep(sweepName: "${sweep}") { runCountExpected } } }`)).project
        .sweep.runCountExpected
    }
    expect(
      await expected(
        'method: grid\nparameters: {a: {values: [1, 2, 3]}, b: {parameters: {c: {values: [1, 2, 3]}}}}\n',
      ),
    ).toBe(9)
    expect(await expected(`${RANDOM}name: endless\n`)).toBe(null)
    expect(await expected(`${RANDOM}run_cap: 4\n`)).toBe(4)
  })
})

describe('enqueued parameters', () => {
  it('are tried next, by the run that the response names', async () => {
    const sweep = await api.sweep(`${RANDOM}name: enqueue\n`)
    const { id } = (await api.data(`{ project { sweep(sweepName: "${sweep}") { id } } }`)).project.sweep
    const ENQUEUE =
      'mutation ($id: ID!, $config: JSONString!, $displayName: String) { enqueueSweepRun(input: {id: $id, config: $config, displayName: $displayName}) { id runQueueItemId } }'
    const { enqueueSweepRun } = await api.data(ENQUEUE, { id, config: '{"x": 0.25}', displayName: 'mine' })
    const [command] = await api.beat(await api.agent(sweep))
    expect(command).toMatchObject({ run_id: enqueueSweepRun.id, args: { x: { value: 0.25 } } })
    const { body } = await api.call('GET', `/v1/acme/digits/runs/${enqueueSweepRun.id}`)
    expect(body.name).toBe('mine')
    expect((await api.ask(ENQUEUE, { id, config: '{"x": 7}' })).status).toBe(400)
  })

  it('are completed in a space with conditions, whatever the seed', async () => {
    for (const seed of [2, 3, 4, 5, 6]) {
      const sweep = await api.sweep(
        `method: random\nseed: ${seed}\nparameters:\n  m: {values: [svm, rf]}\n  C: {min: 0.0, max: 1.0, when: {m: svm}}\n  depth: {min: 1, max: 9, when: {m: rf}}\n`,
      )
      const { id } = (await api.data(`{ project { sweep(sweepName: "${sweep}") { id } } }`)).project.sweep
      const ENQUEUE =
        'mutation ($id: ID!, $config: JSONString!) { enqueueSweepRun(input: {id: $id, config: $config}) { id } }'
      await api.data(ENQUEUE, { id, config: '{"m": {"value": "rf"}, "depth": {"value": 3}}' })
      const [command] = await api.beat(await api.agent(sweep))
      expect(command!.args).toEqual({ m: { value: 'rf' }, depth: { value: 3 } })
    }
  })
})

describe('constraints_on_parameters', () => {
  const GRID = 'method: grid\nparameters:\n  a: {values: [1, 2, 3]}\n  b: {values: [1, 2, 3]}\n'

  it('come in the config of `wandb sweep`, and its agents get what they allow', async () => {
    const sweep = await api.sweep(`${GRID}constraints_on_parameters: ["a > b"]\n`)
    const agent = await api.agent(sweep)
    const cells = [(await api.beat(agent))[0]!.args, (await api.beat(await api.agent(sweep)))[0]!.args]
    expect(cells).toEqual([
      { a: { value: 2 }, b: { value: 1 } },
      { a: { value: 3 }, b: { value: 1 } },
    ])
  })

  it('of a grid with trials do not change, since they decide what a trial number means', async () => {
    const sweep = await api.sweep(`${GRID}constraints_on_parameters: ["a > b"]\n`)
    await api.beat(await api.agent(sweep))
    const { id } = (await api.data(`{ project { sweep(sweepName: "${sweep}") { id } } }`)).project.sweep
    const config = `${GRID}constraints_on_parameters: ["a < b"]\n`
    expect((await api.ask(UPSERT_SWEEP, { id, config })).status).toBe(400)
  })
})

describe('a changed sweep', () => {
  it('reaches its running trials with their next report', async () => {
    const sweep = await api.sweep(`${RANDOM}name: change\n`)
    const [first, second] = [await api.agent(sweep), await api.agent(sweep)]
    const runs = [(await api.beat(first))[0]!.run_id!, (await api.beat(second))[0]!.run_id!]
    const report = (run: string, step: number, loss: number) =>
      api.stream(run, {
        files: { 'wandb-history.jsonl': { offset: step, content: [JSON.stringify({ _step: step, loss })] } },
      })
    for (const run of runs) {
      await api.init(run)
      expect((await report(run, 0, 1)).body).toEqual({})
    }
    const { id } = (await api.data(`{ project { sweep(sweepName: "${sweep}") { id } } }`)).project.sweep
    const config = `${RANDOM}name: change\nearly_terminate: {type: hyperband, min_iter: 1}\n`
    await api.data(UPSERT_SWEEP, { id, config })
    expect((await report(runs[0]!, 1, 1)).body).toEqual({})
    expect((await report(runs[1]!, 1, 9)).body).toEqual({ stopped: true })
  })
})

describe('a run', () => {
  it('keeps fields that a later request omits or sends as null', async () => {
    await api.init('nulls', {
      tags: ['a'],
      notes: 'n',
      config: JSON.stringify({ lr: { value: 0.5 }, _wandb: { value: { t: {} } } }),
    })
    await api.init('nulls', { config: JSON.stringify({ bs: { value: 8 } }), tags: null, notes: null })
    const { body } = await api.call('GET', '/v1/acme/digits/runs/nulls')
    expect(body).toMatchObject({ tags: ['a'], notes: 'n', config: { lr: 0.5, bs: 8 } })
  })

  it('that was only handed out has not started, as far as resuming goes', async () => {
    const sweep = await api.sweep(`${RANDOM}name: resume\n`)
    const [command] = await api.beat(await api.agent(sweep))
    const status = (run: string) =>
      api.data(
        `{ model(name: "digits") { bucket(name: "${run}", missingOk: true) { wandbConfig(keys: ["t"]) historyLineCount state } } }`,
      )
    expect((await status(command!.run_id!)).model.bucket).toMatchObject({
      wandbConfig: null,
      state: 'pending',
    })
    expect((await status('missing')).model.bucket).toBe(null)
    await api.init(command!.run_id!)
    expect(JSON.parse((await status(command!.run_id!)).model.bucket.wandbConfig)).toHaveProperty('t')
  })

  it('may join a sweep that did not create it', async () => {
    const sweep = await api.sweep(`${RANDOM}name: joined\n`)
    const { upsertBucket } = await api.data(UPSERT_BUCKET, {
      name: 'mine',
      project: 'digits',
      sweep,
      config: '{}',
    })
    expect(upsertBucket.bucket.sweepName).toBe(sweep)
    const filters = JSON.stringify({ $and: [{ sweep }] })
    const { runs, runCount } = (
      await api.data(
        'query ($f: JSONString) { project(name: "digits") { runCount(filters: $f) runs(filters: $f) { edges { node { name } } } } }',
        { f: filters },
      )
    ).project
    expect(runCount).toBe(1)
    expect(runs.edges[0].node.name).toBe('mine')
  })

  it('may be called like a trial of a sweep that does not exist', async () => {
    const { upsertBucket } = await api.data(UPSERT_BUCKET, { name: 'baseline-1', project: 'digits' })
    expect(upsertBucket.inserted).toBe(true)
  })

  it('without history has all fields that a resuming client reads', async () => {
    await api.init('started')
    const { bucket } = (
      await api.data(
        '{ model(name: "digits") { bucket(name: "started", missingOk: true) { config summaryMetrics historyLineCount eventsLineCount logLineCount historyTail eventsTail tags } } }',
      )
    ).model
    expect(bucket).toMatchObject({
      summaryMetrics: '{}',
      historyLineCount: 0,
      eventsLineCount: 0,
      logLineCount: 0,
      historyTail: '[]',
      eventsTail: '[]',
      tags: [],
    })
    expect((await api.data('{ model(name: "no-such-project") { id } }')).model).toBe(null)
  })

  it('preserves NaN in its config', async () => {
    await api.init('nanconf', { config: '{"clip": {"value": NaN}, "top": {"value": Infinity}}' })
    const { body } = await api.call('GET', '/v1/acme/digits/runs/nanconf')
    expect(body.config).toEqual({ clip: 'NaN', top: 'Infinity' })
  })

  it('returns the names that form its stream’s path', async () => {
    const { upsertBucket } = await api.data(UPSERT_BUCKET, { name: 'bare' })
    expect(upsertBucket.bucket).toMatchObject({
      name: 'bare',
      historyLineCount: 0,
      project: { name: 'uncategorized', entity: { name: 'acme' } },
    })
  })
})

describe('documents', () => {
  it('may have undeclared variables, a single value for a list, unknown fields and an empty operation name', async () => {
    await api.init('doc')
    const query =
      '#graphql\nquery Q($specs: [JSONString!]!, $weird: NoSuchType) { project(name: "digits") { run(name: "doc") { name sampledHistory(specs: $specs) fieldOfTomorrow(x: $weird) { y } } } }'
    const { project } = await api.data(query, { specs: '{}', undeclared: 1 })
    expect(project.run).toEqual({ name: 'doc', sampledHistory: [[]] })
  })

  it.each([
    { title: 'cycles of fragments', query: 'query { viewer { ...A } } fragment A on User { id ...A }' },
    {
      title: 'great depth',
      query: `query { viewer { ${'teams { edges { node { organization { orgEntity { '.repeat(8)}`,
    },
    { title: 'no GraphQL at all', query: 'hello' },
  ])('are refused with 400: $title', async ({ query }) => {
    expect((await api.ask(query)).status).toBe(400)
  })

  it('may introspect, as clients up to 0.25 do', async () => {
    const { a, b } = await api.data(
      '{ a: __type(name: "ServerSettings") { fields { name } } b: __type(name: "UpsertBucketInput") { inputFields { name } } }',
    )
    expect(a.fields.length).toBeGreaterThan(0)
    expect(b.inputFields.length).toBeGreaterThan(10)
  })
})
