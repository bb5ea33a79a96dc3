import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDoor, testDoor, UPSERT_BUCKET, UPSERT_SWEEP } from './test-door.ts'

let door: TestDoor
beforeAll(async () => {
  door = await testDoor()
})
afterAll(() => door.stop())

const RANDOM =
  'method: random\nmetric: {name: loss, goal: minimize}\nparameters:\n  x: {min: 0.0, max: 1.0}\n'

describe('a new sweep', () => {
  it('is the same one when the client asks again within half a minute', async () => {
    const config = `${RANDOM}name: once\n`
    const first = await door.sweep(config)
    door.clock.advance(20_000)
    expect(await door.sweep(config)).toBe(first)
    door.clock.advance(31_000)
    expect(await door.sweep(config)).not.toBe(first)
  })

  it('is another one once the first has handed out a trial', async () => {
    const config = `${RANDOM}name: begun\n`
    const first = await door.sweep(config)
    await door.beat(await door.agent(first))
    expect(await door.sweep(config)).not.toBe(first)
  })

  it('has warnings as a list of texts', async () => {
    const { upsertSweep } = await door.data(UPSERT_SWEEP, {
      config: `${RANDOM}launch: {}\n`,
      projectName: 'digits',
    })
    expect(upsertSweep.configValidationWarnings.every((text: unknown) => typeof text === 'string')).toBe(true)
    expect(upsertSweep.configValidationWarnings.length).toBeGreaterThan(0)
  })

  it('that is wrong is refused with a sentence, and not retried', async () => {
    const { status, body } = await door.ask(UPSERT_SWEEP, {
      config: 'method: random\n',
      projectName: 'digits',
    })
    expect(status).toBe(400)
    expect(body.errors[0].message).toContain('parameters')
  })

  it('keeps floats and integers of nested ranges apart', async () => {
    const nested = (range: string) => `method: random\nparameters:\n  opt: {parameters: {lr: ${range}}}\n`
    const drawn = async (range: string) => {
      const agent = await door.agent(await door.sweep(nested(range)))
      return ((await door.beat(agent))[0]!.args!.opt!.value as { lr: number }).lr
    }
    expect(Number.isInteger(await drawn('{min: 0.0, max: 1.0}'))).toBe(false)
    expect(Number.isInteger(await drawn('{min: 0, max: 100}'))).toBe(true)
  })

  it('tells how many runs to expect', async () => {
    const expected = async (config: string) => {
      const sweep = await door.sweep(config)
      return (await door.data(`{ project { sweep(sweepName: "${sweep}") { runCountExpected } } }`)).project
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

describe('a run', () => {
  it('keeps what a later message leaves out or sends as null', async () => {
    await door.init('nulls', {
      tags: ['a'],
      notes: 'n',
      config: JSON.stringify({ lr: { value: 0.5 }, _wandb: { value: { t: {} } } }),
    })
    await door.init('nulls', { config: JSON.stringify({ bs: { value: 8 } }), tags: null, notes: null })
    const { body } = await door.call('GET', '/v1/acme/digits/runs/nulls')
    expect(body).toMatchObject({ tags: ['a'], notes: 'n', config: { lr: 0.5, bs: 8 } })
  })

  it('that was only handed out has not started, as far as resuming goes', async () => {
    const sweep = await door.sweep(`${RANDOM}name: resume\n`)
    const [command] = await door.beat(await door.agent(sweep))
    const status = (run: string) =>
      door.data(
        `{ model(name: "digits") { bucket(name: "${run}", missingOk: true) { wandbConfig(keys: ["t"]) historyLineCount state } } }`,
      )
    expect((await status(command!.run_id!)).model.bucket).toMatchObject({
      wandbConfig: null,
      state: 'pending',
    })
    expect((await status('missing')).model.bucket).toBe(null)
    await door.init(command!.run_id!)
    expect(JSON.parse((await status(command!.run_id!)).model.bucket.wandbConfig)).toHaveProperty('t')
  })

  it('may join a sweep by itself', async () => {
    const sweep = await door.sweep(`${RANDOM}name: joined\n`)
    const { upsertBucket } = await door.data(UPSERT_BUCKET, {
      name: 'mine',
      project: 'digits',
      sweep,
      config: '{}',
    })
    expect(upsertBucket.bucket.sweepName).toBe(sweep)
    const filters = JSON.stringify({ $and: [{ sweep }] })
    const { runs, runCount } = (
      await door.data(
        'query ($f: JSONString) { project(name: "digits") { runCount(filters: $f) runs(filters: $f) { edges { node { name } } } } }',
        { f: filters },
      )
    ).project
    expect(runCount).toBe(1)
    expect(runs.edges[0].node.name).toBe('mine')
  })

  it('may be called like a trial of a sweep that does not exist', async () => {
    const { upsertBucket } = await door.data(UPSERT_BUCKET, { name: 'baseline-1', project: 'digits' })
    expect(upsertBucket.inserted).toBe(true)
  })

  it('is answered with names that build its stream’s path', async () => {
    const { upsertBucket } = await door.data(UPSERT_BUCKET, { name: 'bare' })
    expect(upsertBucket.bucket).toMatchObject({
      name: 'bare',
      historyLineCount: 0,
      project: { name: 'uncategorized', entity: { name: 'acme' } },
    })
  })
})

describe('documents', () => {
  it('may have undeclared variables, a single value for a list, unknown fields and an empty operation name', async () => {
    await door.init('doc')
    const query =
      '#graphql\nquery Q($specs: [JSONString!]!, $weird: NoSuchType) { project(name: "digits") { run(name: "doc") { name sampledHistory(specs: $specs) fieldOfTomorrow(x: $weird) { y } } } }'
    const { project } = await door.data(query, { specs: '{}', undeclared: 1 })
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
    expect((await door.ask(query)).status).toBe(400)
  })

  it('may introspect, as clients up to 0.25 do', async () => {
    const { a, b } = await door.data(
      '{ a: __type(name: "ServerSettings") { fields { name } } b: __type(name: "UpsertBucketInput") { inputFields { name } } }',
    )
    expect(a.fields.length).toBeGreaterThan(0)
    expect(b.inputFields.length).toBeGreaterThan(10)
  })
})
