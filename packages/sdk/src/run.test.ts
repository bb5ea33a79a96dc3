import { parseJson } from '@chimney/core/schema/json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from './encode.ts'
import { ChimneyError } from './error.ts'
import { fakeTime, settle } from './fake-time.ts'
import { BATCH_POINTS, QUEUE_CHARS } from './outbox.ts'
import { type EncodedMetrics, openRun, type RunOptions, type RunPort } from './run.ts'

interface Sent {
  readonly points: readonly {
    readonly step: number
    readonly values: Record<string, unknown>
    readonly at: number
  }[]
  readonly attempt?: number
}
type StopAnswer = { stop: boolean; reason?: string }

/** A run with a scripted server. `sent` are its metrics requests. */
const open = (
  answer: (sent: Sent, count: number) => StopAnswer | Promise<StopAnswer> = () => ({ stop: false }),
  options: RunOptions = {},
) => {
  const timing = fakeTime()
  const sent: Sent[] = []
  const beats: number[] = []
  const ends: unknown[] = []
  const warnings: string[] = []
  let under = 0
  const port: RunPort = {
    timing,
    postMetrics: async (_path, body: EncodedMetrics) => {
      const read = JSON.parse(encode(body)) as Sent
      sent.push(read)
      expect(++under).toBe(1) // one request at a time keeps the order
      try {
        return { accepted: read.points.length, ...(await answer(read, sent.length)) }
      } finally {
        under--
      }
    },
    heartbeat: async () => {
      beats.push(timing.now())
      return { stop: false, lease_until: null, leaseMs: undefined }
    },
    finish: async (_path, body) => {
      ends.push(body)
      return { state: 'finished', kept: true }
    },
  }
  const run = openRun(
    port,
    { path: 'acme/digits/r', params: {}, attempt: 2 },
    { warn: (message) => warnings.push(message), ...options },
  )
  return { run, sent, beats, ends, warnings, timing }
}
const stepsOf = (sent: readonly Sent[]) => sent.flatMap(({ points }) => points.map(({ step }) => step))
const refused = (status: number, code = 'refused') => new ChimneyError(code, code, { status })

describe('log', () => {
  it('sends the first point at once, then fewer and larger requests, in order', async () => {
    const { run, sent, timing } = open()
    for (let step = 0; step < 600; step++) {
      void run.log({ loss: step })
      await timing.advance(100)
    }
    await run.finish()
    expect(stepsOf(sent)).toEqual(Array.from({ length: 600 }, (_, step) => step))
    expect(sent[0]?.points).toHaveLength(1)
    // A minute at 0.2, 0.3, 0.45, … 10 s between requests.
    expect(sent.length).toBeLessThanOrEqual(16)
    expect(sent.every(({ attempt }) => attempt === 2)).toBe(true)
  })

  it('copies the values before it returns', async () => {
    const { run, sent } = open()
    const values = { loss: 1, nested: { a: 1 } }
    void run.log({ first: true })
    void run.log(values)
    values.loss = 2
    values.nested.a = 2
    await run.flush()
    expect(sent.at(-1)?.points[0]?.values).toEqual({ loss: 1, nested: { a: 1 } })
    await run.finish()
  })

  it('counts steps from 0 and continues after an explicit step', async () => {
    const { run, sent } = open()
    for (const at of [{}, { step: 10 }, {}, { step: 3 }, {}]) void run.log({ loss: 1 }, at)
    await run.finish()
    expect(stepsOf(sent)).toEqual([0, 10, 11, 3, 12])
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 60])('refuses the step %d', async (step) => {
    const { run, sent } = open()
    await expect(run.log({ loss: 1 }, { step })).rejects.toMatchObject({ code: 'bad-value' })
    await run.finish()
    expect(sent).toHaveLength(0)
  })

  it('fills requests up to their limit under load', async () => {
    const { run, sent } = open()
    for (let step = 0; step < 2.5 * BATCH_POINTS; step++) void run.log({ loss: step })
    await run.finish()
    expect(sent.map(({ points }) => points.length)).toEqual([
      1,
      BATCH_POINTS,
      BATCH_POINTS,
      BATCH_POINTS / 2 - 1,
    ])
  })

  it('an awaited call that starts a request waits for the response, so that a stop is visible at once', async () => {
    const { run } = open(() => ({ stop: true, reason: 'hyperband: rung 3' }))
    expect(run.stopRequested).toBe(false)
    await run.log({ loss: 1 })
    expect(run.stopRequested).toBe(true)
    expect(run.stopReason).toBe('hyperband: rung 3')
    expect(run.signal.aborted).toBe(true)
    await run.finish()
  })

  it('waits at most 1 s for an unresponsive server, and loses nothing', async () => {
    let wake: (answer: StopAnswer) => void = () => {}
    const { run, sent, timing } = open((_, count) =>
      count === 1
        ? new Promise((resolve) => {
            wake = resolve
          })
        : { stop: false },
    )
    let isBack = false
    void run.log({ loss: 1 }).then(() => {
      isBack = true
    })
    await timing.advance(999)
    expect(isBack).toBe(false)
    await timing.advance(1)
    expect(isBack).toBe(true)
    await run.log({ loss: 2 })
    wake({ stop: false })
    await run.finish()
    expect(stepsOf(sent)).toEqual([0, 1])
  })

  it('queues a bounded amount for an unresponsive server, then rejects with one warning', async () => {
    const { run, warnings } = open(() => new Promise(() => {}))
    const values = { text: 'x'.repeat(1 << 20) }
    const outcomes: Promise<void>[] = []
    for (let call = 0; call < 40; call++) outcomes.push(run.log(values))
    await expect(outcomes.at(-1)).rejects.toMatchObject({ code: 'log-full' })
    expect(warnings).toHaveLength(1)
    expect(QUEUE_CHARS / (1 << 20)).toBe(32)
  })

  it('skips only the point that the server rejects', async () => {
    const bad = new Set([3, 17])
    const { run, sent, warnings } = open(({ points }) => {
      if (points.some(({ step }) => bad.has(step))) throw refused(400)
      return { stop: false }
    })
    for (let step = 0; step < 20; step++) void run.log({ loss: step })
    await run.finish()
    const taken = sent.filter(({ points }) => !points.some(({ step }) => bad.has(step)))
    expect(stepsOf(taken)).toEqual(
      Array.from({ length: 20 }, (_, step) => step).filter((step) => !bad.has(step)),
    )
    expect(warnings).toHaveLength(1)
  })

  it('stops training when another attempt claimed the run', async () => {
    const { run, ends, warnings } = open(() => {
      throw refused(409, 'attempt-superseded')
    })
    void run.log({ loss: 1 })
    await settle()
    expect(run.stopRequested).toBe(true)
    await expect(run.log({ loss: 2 })).rejects.toMatchObject({ code: 'attempt-superseded' })
    await expect(run.finish()).rejects.toMatchObject({ code: 'attempt-superseded' })
    expect(ends).toEqual([])
    expect(warnings.length).toBeGreaterThan(0)
  })

  it('delivers each accepted point once and in order, at any pace of calls and responses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ burst: fc.nat(30), pause: fc.nat(3_000), slow: fc.nat(500) }), {
          maxLength: 12,
        }),
        async (rounds) => {
          let slow = 0
          const { run, sent, timing } = open(async () => {
            await timing.sleep(slow)
            return { stop: false }
          })
          let step = 0
          for (const round of rounds) {
            slow = round.slow
            for (let at = 0; at < round.burst; at++) void run.log({ at: step++ })
            await timing.advance(round.pause)
          }
          const finished = run.finish()
          await timing.advance(10_000)
          await finished
          expect(stepsOf(sent)).toEqual(Array.from({ length: step }, (_, at) => at))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('heartbeat', () => {
  it('is sent three times per lease, and only without other requests', async () => {
    const { run, beats, timing } = open(undefined, { heartbeatMs: 10_000 })
    await timing.advance(35_000)
    expect(beats).toHaveLength(3)
    for (let second = 0; second < 30; second++) {
      void run.log({ second })
      await timing.advance(1_000)
    }
    expect(beats.length).toBeLessThanOrEqual(5)
    await run.finish()
    const before = beats.length
    await timing.advance(100_000)
    expect(beats).toHaveLength(before)
  })
})

describe('finish', () => {
  it('flushes, ends once, and rejects later metrics', async () => {
    const { run, sent, ends } = open()
    void run.log({ loss: 1 })
    void run.log({ loss: 2 })
    const [one, other] = await Promise.all([run.finish({ summary: { best: 1 } }), run.finish()])
    expect(one).toBe(other)
    expect(stepsOf(sent)).toEqual([0, 1])
    expect(ends).toEqual([{ state: 'finished', summary: { best: 1 }, attempt: 2 }])
    await expect(run.log({ loss: 3 })).rejects.toMatchObject({ code: 'run-closed' })
  })

  it('reports stopped after a stop request', async () => {
    const { run, ends } = open()
    run.stop('enough')
    await run.finish()
    expect(ends).toMatchObject([{ state: 'stopped' }])
  })
})

describe('encode', () => {
  it('round-trips through parseJson', () => {
    fc.assert(
      fc.property(
        fc
          .jsonValue({ maxDepth: 4, noUnicodeString: false })
          .filter((value) => !JSON.stringify(value).includes('__proto__')),
        (value) => {
          expect(JSON.parse(encode(value))).toEqual(value)
        },
      ),
      { numRuns: 100 },
    )
  })

  it.each([
    { title: 'NaN', value: { a: Number.NaN, b: -Infinity }, text: '{"a":NaN,"b":-Infinity}' },
    { title: 'a float that is whole', value: parseJson('[1.0, 1]'), text: '[1.0,1]' },
    { title: 'a big integer', value: 2n ** 70n, text: '1180591620717411303424' },
    { title: 'a typed array', value: new Float32Array([1, 0.5]), text: '[1,0.5]' },
    { title: 'undefined members', value: { a: undefined, b: () => 1, c: 1 }, text: '{"c":1}' },
    { title: 'a date', value: new Date(0), text: '"1970-01-01T00:00:00.000Z"' },
  ])('keeps $title', ({ value, text }) => {
    expect(encode(value)).toBe(text)
  })

  it('rejects a cycle', () => {
    const value: Record<string, unknown> = {}
    value.self = value
    expect(() => encode(value)).toThrow(/contains a cycle/)
  })
})
