import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { KEY, PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
/** What happens while the stream waits: one step per pause. */
let script: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  app = await testApp({
    sseSeconds: 60,
    sleep: async (ms) => {
      app.clock.advance(ms)
      await script.shift()?.()
    },
  })
})
afterAll(() => app.stop())
beforeEach(() => {
  script = []
  app.clock.advance(60_000)
})

const GRID = 'method: grid\nmetric: {name: loss, goal: minimize}\nparameters:\n  a: {values: [1, 2, 3]}\n'
const create = async () =>
  `${PROJECT}/sweeps/${(await app.call('POST', `${PROJECT}/sweeps`, { text: GRID })).body.id}`
const next = async (sweep: string, count = 1) =>
  (await app.call('POST', `${sweep}/trials`, { body: { count } })).body.trials
const finish = (run: string) =>
  app.call('POST', `${PROJECT}/runs/${run}/finish`, { body: { state: 'finished', summary: { loss: 1 } } })
const events = async (sweep: string, since = '') =>
  (await app.call('GET', `${sweep}/events${since && `?since=${since}`}`)).body
const numbers = (body: { trials: { number: number }[] }) => body.trials.map((trial) => trial.number)

const stream = async (sweep: string, headers: Record<string, string> = {}) => {
  const answer = await app.app.request(`${sweep}/events`, {
    headers: { Authorization: `Bearer ${KEY}`, Accept: 'text/event-stream', ...headers },
  })
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    events: parse(await answer.text()),
  }
}
const parse = (text: string) =>
  text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const data = field('data')
      return { name: field('event') ?? 'comment', id: field('id'), data: data && JSON.parse(data) }
    })

describe('works', () => {
  it('returns everything first, then the changes', async () => {
    const sweep = await create()
    const [first] = await next(sweep, 2)
    const all = await events(sweep)
    expect(all).toMatchObject({ sweep: { state: 'running', trials: { open: 2 } } })
    expect(numbers(all)).toEqual([1, 2])

    app.clock.advance(60_000)
    const nothing = await events(sweep, (await events(sweep, all.cursor)).cursor)
    expect(numbers(nothing)).toEqual([])

    await finish(first.run)
    const changed = await events(sweep, nothing.cursor)
    expect(changed.trials).toMatchObject([{ number: 1, state: 'finished', value: 1 }])
    // Of two trials, the second is open.
    expect(changed.cursor).toMatch(/^2\.\d+~[0-9a-f]{8}-2$/)
  })

  it('repeats changes of the last seconds, so that a slow write is not lost', async () => {
    const sweep = await create()
    await next(sweep)
    const first = await events(sweep)
    app.clock.advance(5_000)
    expect(numbers(await events(sweep, first.cursor))).toEqual([])
    await next(sweep)
    expect(numbers(await events(sweep, first.cursor))).toEqual([1, 2])
  })

  it('has the start time of the current attempt', async () => {
    const sweep = await create()
    await next(sweep)
    const { trials } = await events(sweep)
    expect(trials[0].started_at).toBe(trials[0].created_at)
  })

  it('compresses only long JSON, for clients that accept gzip', async () => {
    const sweep = await create()
    await next(sweep, 3)
    const response = async (path: string, encoding: string) =>
      (
        await app.app.request(path, {
          headers: { Authorization: `Bearer ${KEY}`, 'Accept-Encoding': encoding },
        })
      ).headers.get('content-encoding')
    expect(await response('/openapi.json', 'gzip, br')).toBe('gzip')
    expect(await response('/openapi.json', 'br')).toBeNull()
    expect(await response(sweep, 'gzip')).toBeNull()
  })

  it('streams changes until the sweep is over', async () => {
    const sweep = await create()
    const trials = await next(sweep, 3)
    script = trials.map((trial: { run: string }) => () => finish(trial.run))
    const response = await stream(sweep)
    expect(response.type).toContain('text/event-stream')
    const changes = response.events.filter((event) => event.name === 'changes')
    expect(changes.map((event) => numbers(event.data))).toEqual([[1, 2, 3], [1], [2], [3]])
    expect(changes.at(-1)?.data.sweep.state).toBe('finished')
    expect(response.events.at(-1)?.name).toBe('end')
  })

  it('reads the sweep once for all streams that follow it, and each gets every change', async () => {
    const sweep = await create()
    const trials = await next(sweep, 3)
    const { store } = app.deps
    const { getSweep } = store
    const { getHead } = store
    let reads = 0
    store.getSweep = (key) => {
      reads++
      return getSweep(key)
    }
    store.getHead = (key) => {
      reads++
      return getHead(key)
    }
    script = trials.map((trial: { run: string }) => () => finish(trial.run))
    const streams = await Promise.all(Array.from({ length: 30 }, () => stream(sweep)))
    Object.assign(store, { getSweep, getHead })
    for (const { events } of streams) {
      const changes = events.filter((event) => event.name === 'changes')
      expect(changes.map((event) => numbers(event.data))).toEqual([[1, 2, 3], [1], [2], [3]])
      expect(events.at(-1)?.name).toBe('end')
    }
    // One for the check of each request, and what the requests that end the trials read.
    expect(reads).toBeLessThan(30 + 40)
  })

  it('sends nothing twice to a stream that resumes beside others', async () => {
    const sweep = await create()
    const [first, second, third] = await next(sweep, 3)
    await finish(first.run)
    const { cursor } = await events(sweep)
    app.clock.advance(60_000)
    script = [() => finish(second.run), () => finish(third.run)]
    const [fresh, resumed] = await Promise.all([stream(sweep), stream(sweep, { 'Last-Event-ID': cursor })])
    const seen = (one: typeof fresh) =>
      one.events.filter((event) => event.name === 'changes').flatMap((event) => numbers(event.data))
    expect(seen(fresh)).toEqual([1, 2, 3, 2, 3])
    expect(seen(resumed).slice(-2)).toEqual([2, 3])
    expect(seen(resumed)).not.toContain(1)
  })

  it('resumes an interrupted stream', async () => {
    const sweep = await create()
    const [first, second, third] = await next(sweep, 3)
    await finish(first.run)
    const { cursor } = await events(sweep)
    app.clock.advance(60_000)
    script = [() => finish(second.run), () => finish(third.run)]
    const response = await stream(sweep, { 'Last-Event-ID': cursor })
    const seen = response.events
      .filter((event) => event.name === 'changes')
      .flatMap((event) => numbers(event.data))
    expect(seen).not.toContain(1)
    expect(seen).toEqual(expect.arrayContaining([2, 3]))
  })

  it('stops clients from reconnecting after the end', async () => {
    const sweep = await create()
    for (const trial of await next(sweep, 3)) await finish(trial.run)
    const { cursor } = await events(sweep)
    expect((await stream(sweep, { 'Last-Event-ID': cursor })).status).toBe(204)
  })

  it('sends comments without changes, and ends in time', async () => {
    const response = await stream(await create())
    expect(response.events.filter((event) => event.name === 'comment').length).toBeGreaterThan(20)
    expect(response.events.some((event) => event.name === 'end')).toBe(false)
  })

  it('includes a claim that does not change the counters of the sweep', async () => {
    const sweep = await create()
    const [trial] = await next(sweep)
    await app.call('POST', `${PROJECT}/runs/${trial.run}/finish`, { body: { state: 'released' } })
    app.clock.advance(60_000)
    script = [() => next(sweep)]
    const states = (await stream(sweep)).events
      .flatMap((event) => event.data?.trials ?? [])
      .map((response) => response.state)
    expect(states).toEqual(['queued', 'running'])
  })
})

describe('refuses', () => {
  it.each(['x', '1', '1.2.3', '-1.0', '99999999999.0'])('the cursor %s', async (cursor) => {
    expect((await events(await create(), cursor)).code).toBe('bad-cursor')
  })
})

describe('access', () => {
  refusesOtherKeys(() => app, 'GET', `${PROJECT}/sweeps/abcd1234/events`)
})

describe('behind a gateway that buffers responses', () => {
  let buffered: TestApp
  beforeAll(async () => {
    const sleep = () => Promise.reject(new Error('a response must not wait'))
    buffered = await testApp({ streams: false, sleep })
  })
  afterAll(() => buffered.stop())

  const ask = async (sweep: string, headers: Record<string, string>) =>
    buffered.app.request(`${sweep}/events`, { headers: { Authorization: `Bearer ${KEY}`, ...headers } })
  const STREAM = { Accept: 'text/event-stream' }
  const sweepOf = async (state?: string) => {
    const { id } = (await buffered.call('POST', `${PROJECT}/sweeps`, { text: GRID })).body
    const sweep = `${PROJECT}/sweeps/${id}`
    await buffered.call('POST', `${sweep}/trials`, { body: { count: 1 } })
    if (state) await buffered.call('PATCH', sweep, { body: { state } })
    return sweep
  }

  it('a stream ends after what is new, and says when to ask again', async () => {
    const sweep = await sweepOf()
    const answer = await ask(sweep, STREAM)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([200, '2'])
    const text = await answer.text()
    expect(text).toMatch(/^retry: 2000\n/)
    const [changes, ...rest] = parse(text.replace(/^retry: .*\n/, ''))
    expect([changes!.name, numbers(changes!.data), rest]).toEqual(['changes', [1], []])
    const again = await ask(sweep, { ...STREAM, 'Last-Event-ID': changes!.id! })
    expect(again.status).toBe(200)
  })

  it('a stream of a sweep that is over ends with `end`, and its repetition with 204', async () => {
    const sweep = await sweepOf('cancelled')
    await buffered.call('POST', `${PROJECT}/runs/${sweep.split('/').at(-1)}-1/finish`, {
      body: { state: 'failed' },
    })
    const [changes, end] = parse((await (await ask(sweep, STREAM)).text()).replace(/^retry: .*\n/, ''))
    expect([changes!.name, end!.name]).toEqual(['changes', 'end'])
    expect((await ask(sweep, { ...STREAM, 'Last-Event-ID': changes!.id! })).status).toBe(204)
  })

  it('the answer as JSON says when to ask again too, so that pages do not try a stream', async () => {
    const sweep = await sweepOf()
    expect((await ask(sweep, {})).headers.get('retry-after')).toBe('2')
    const streaming = await app.app.request(`${await create()}/events`, {
      headers: { Authorization: `Bearer ${KEY}` },
    })
    expect(streaming.headers.has('retry-after')).toBe(false)
  })
})
