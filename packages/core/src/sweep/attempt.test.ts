import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptHeartbeat, claim, end, expire, isExpired, type Ownership } from './attempt.ts'
import { canMoveRun, isEnd, type RunState } from './lifecycle.ts'

const run = (more: Partial<Ownership> = {}): Ownership => ({
  state: 'running',
  attempt: 1,
  lost: 0,
  leaseUntil: 100,
  ...more,
})
const byStopper = { reason: 'rung 3', by: 'stopper' } as const
const byPerson = { reason: 'asked', by: 'person' } as const
const report = { maxAttempts: 3, mayRequeue: true }

describe('claim', () => {
  it.each([
    {
      title: 'a queued run goes to the agent that claims it',
      run: run({ state: 'queued', attempt: 0 }),
      attempt: undefined,
      answer: { ok: true, attempt: 1, repeated: false },
    },
    {
      title: 'a message begins the attempt that it names',
      run: run({ state: 'queued', attempt: 1 }),
      attempt: 2,
      answer: { ok: true, attempt: 2, repeated: false },
    },
    {
      title: 'a second delivery finds the lease taken',
      run: run({ attempt: 2 }),
      attempt: 2,
      answer: { ok: false, why: 'lease-taken' },
    },
    {
      title: 'a message of an attempt that is over is stale',
      run: run({ attempt: 2 }),
      attempt: 1,
      answer: { ok: false, why: 'stale' },
    },
    {
      title: 'a message cannot skip an attempt',
      run: run({ state: 'queued', attempt: 0 }),
      attempt: 2,
      answer: { ok: false, why: 'stale' },
    },
    {
      title: 'an ended run is not started again',
      run: run({ state: 'finished' }),
      attempt: 2,
      answer: { ok: false, why: 'run-ended' },
    },
  ])('$title', ({ run, attempt, answer }) => {
    expect(claim(run, attempt === undefined ? {} : { attempt })).toEqual(answer)
  })
})

describe('a claim whose answer was lost', () => {
  const claimed = run({ attempt: 2, claimedBy: 'mine' })

  it('is found again by the same request, and by no other', () => {
    expect(claim(claimed, { attempt: 2, by: 'mine' })).toEqual({ ok: true, attempt: 2, repeated: true })
    expect(claim(claimed, { attempt: 2, by: 'yours' })).toEqual({ ok: false, why: 'lease-taken' })
    expect(claim(claimed, { attempt: 2 })).toEqual({ ok: false, why: 'lease-taken' })
    expect(claim(claimed, { attempt: 1, by: 'mine' })).toEqual({ ok: false, why: 'stale' })
  })
})

describe('acceptHeartbeat', () => {
  it.each([
    {
      title: 'renews the lease of the current attempt',
      run: run({ attempt: 2 }),
      attempt: 2,
      kind: 'renewed',
      stop: undefined,
    },
    {
      title: 'revives an attempt that was requeued and not claimed since',
      run: run({ state: 'queued', attempt: 2 }),
      attempt: 2,
      kind: 'renewed',
      stop: undefined,
    },
    {
      title: 'does not revive an attempt that its agent has handed back',
      run: run({ state: 'queued', attempt: 2, released: true }),
      attempt: 2,
      kind: 'outside',
      stop: true,
    },
    {
      title: 'stops an attempt that another has replaced',
      run: run({ attempt: 2 }),
      attempt: 1,
      kind: 'outside',
      stop: true,
    },
    {
      title: 'lets a lost attempt go on, since its result is kept',
      run: run({ state: 'crashed', attempt: 2 }),
      attempt: 2,
      kind: 'outside',
      stop: false,
    },
    {
      title: 'stops what goes on after the end',
      run: run({ state: 'finished' }),
      attempt: 1,
      kind: 'outside',
      stop: true,
    },
    { title: 'knows no attempt from the future', run: run(), attempt: 2, kind: 'outside', stop: true },
  ])('$title', ({ run, attempt, kind, stop }) => {
    const sign = acceptHeartbeat(run, attempt)
    expect(sign.kind).toBe(kind)
    if (sign.kind === 'outside') expect(sign.stop).toBe(stop)
  })
})

describe('a run that no agent has claimed', () => {
  const waiting = run({ state: 'queued', attempt: 0 })

  it('has no owner who could renew or end it', () => {
    expect(acceptHeartbeat(waiting)).toMatchObject({ kind: 'outside', stop: true })
    expect(end(waiting, { state: 'finished', ...report })).toEqual({ kind: 'ignored' })
  })
})

describe('end', () => {
  it.each([
    {
      title: 'takes the first outcome',
      run: run(),
      say: { state: 'finished', attempt: 1 },
      answer: { kind: 'end', state: 'finished' },
    },
    {
      title: 'answers a repetition alike',
      run: run({ state: 'finished', endedBy: 1 }),
      say: { state: 'finished', attempt: 1 },
      answer: { kind: 'repeated' },
    },
    {
      title: 'ignores a second outcome of another attempt',
      run: run({ state: 'finished', attempt: 2, endedBy: 2 }),
      say: { state: 'finished', attempt: 1 },
      answer: { kind: 'ignored' },
    },
    {
      title: 'keeps a late result while another attempt runs',
      run: run({ attempt: 2 }),
      say: { state: 'finished', attempt: 1 },
      answer: { kind: 'end', state: 'finished' },
    },
    {
      title: 'ignores a late failure while another attempt runs',
      run: run({ attempt: 2 }),
      say: { state: 'failed', attempt: 1 },
      answer: { kind: 'ignored' },
    },
    {
      title: 'keeps a late result of a crashed run without retries',
      run: run({ state: 'crashed', attempt: 3, endedBy: 3 }),
      say: { state: 'finished', attempt: 2 },
      answer: { kind: 'end', state: 'finished' },
    },
    {
      title: 'a run that was ordered to stop has not failed',
      run: run({ stop: byStopper }),
      say: { state: 'failed', attempt: 1 },
      answer: { kind: 'end', state: 'stopped' },
    },
    {
      title: 'a run killed by a person is killed',
      run: run({ stop: byPerson }),
      say: { state: 'failed', attempt: 1 },
      answer: { kind: 'end', state: 'killed' },
    },
    {
      title: 'a run that finished before it heard of the stop has finished',
      run: run({ stop: byStopper }),
      say: { state: 'finished', attempt: 1 },
      answer: { kind: 'end', state: 'finished' },
    },
    {
      title: 'a released run is queued again and loses nothing',
      run: run(),
      say: { state: 'released', attempt: 1 },
      answer: { kind: 'requeue', lost: false },
    },
    {
      title: 'a crash reported by the agent counts as lost',
      run: run(),
      say: { state: 'crashed', attempt: 1 },
      answer: { kind: 'requeue', lost: true },
    },
    {
      title: 'the last lost attempt is the end',
      run: run({ lost: 2, attempt: 3 }),
      say: { state: 'crashed', attempt: 3 },
      answer: { kind: 'end', state: 'crashed' },
    },
    {
      title: 'a release that comes twice is one',
      run: run({ state: 'queued', attempt: 1 }),
      say: { state: 'released', attempt: 1 },
      answer: { kind: 'repeated' },
    },
  ] as const)('$title', ({ run, say, answer }) => {
    expect(end(run, { ...say, ...report })).toEqual(answer)
  })

  it('does not take obedience for a result: who stops because another has taken over ends nothing', () => {
    const overtaken = run({ attempt: 2 })
    expect(acceptHeartbeat(overtaken, 1)).toMatchObject({ stop: true })
    expect(end(overtaken, { state: 'stopped', attempt: 1, ...report })).toEqual({ kind: 'ignored' })
  })

  it('queues nothing again when the sweep takes no more trials', () => {
    expect(expire(run(), { ...report, mayRequeue: false, lost: true })).toEqual({
      kind: 'end',
      state: 'crashed',
    })
    expect(end(run(), { state: 'released', attempt: 1, ...report, mayRequeue: false })).toEqual({
      kind: 'end',
      state: 'killed',
    })
  })

  const ownership: fc.Arbitrary<Ownership> = fc.record({
    state: fc.constantFrom<RunState>(
      'queued',
      'running',
      'finished',
      'failed',
      'stopped',
      'killed',
      'crashed',
    ),
    attempt: fc.integer({ min: 0, max: 4 }),
    lost: fc.integer({ min: 0, max: 4 }),
    leaseUntil: fc.integer({ min: 0, max: 10 }),
    endedBy: fc.integer({ min: 1, max: 4 }),
  })

  it('makes only moves that the table of states has, and ends a run once', () => {
    fc.assert(
      fc.property(
        ownership,
        fc.constantFrom('finished', 'failed', 'stopped', 'killed', 'crashed', 'released' as const),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (run, state, attempt, mayRequeue) => {
          const ending = end(run, { state, attempt, maxAttempts: 3, mayRequeue })
          if (ending.kind === 'end') {
            expect(canMoveRun(run.state, ending.state)).toBe(true)
            const after: Ownership = { ...run, state: ending.state, endedBy: attempt }
            if (ending.state !== 'crashed')
              expect(end(after, { state, attempt, maxAttempts: 3, mayRequeue }).kind).toBe('repeated')
          }
          if (ending.kind === 'requeue') {
            expect(canMoveRun(run.state, 'queued')).toBe(true)
            expect(isEnd(run.state)).toBe(false)
          }
        },
      ),
    )
  })

  it('expires a lease at its end, not before', () => {
    expect(isExpired(run(), 99)).toBe(false)
    expect(isExpired(run(), 100)).toBe(true)
    expect(isExpired(run({ state: 'queued' }), 100)).toBe(false)
  })
})
