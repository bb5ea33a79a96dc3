import { describe, expect, it } from 'vitest'
import { type AgentOptions, type AgentPort, runAgent } from './agent.ts'
import { ChimneyError } from './error.ts'
import { fakeTime } from './fake-time.ts'
import type { Run } from './run.ts'
import { TrialFailure } from './trial-failure.ts'

/** A sweep of `total` trials, which gives a wait before each one of `waits`. */
const sweepOf = (total: number, more: { waits?: readonly number[]; finish?: () => void } = {}) => {
  const timing = fakeTime('auto')
  const ends: Record<string, unknown>[] = []
  const waits = new Set(more.waits)
  let given = 0
  const port: AgentPort = {
    timing,
    nextTrial: async () => {
      if (waits.delete(given + 1)) return { kind: 'wait', retryAfterMs: 3_000 }
      if (given === total) return { kind: 'finished', reason: 'done' }
      const number = ++given
      return {
        kind: 'trial',
        trial: {
          number,
          run_path: `acme/digits/r${number}`,
          params: { x: number },
          attempt: 1,
          leaseMs: undefined,
        },
      }
    },
    postMetrics: async () => ({ accepted: 1, stop: false }),
    heartbeat: async () => ({ stop: false, lease_until: null, leaseMs: undefined }),
    finish: async (path, body) => {
      more.finish?.()
      ends.push({ path, ...body })
      return { state: 'finished', kept: true }
    },
  }
  const agent = (train: (run: Run<{ x: number }>) => unknown, options: AgentOptions = {}) =>
    runAgent<{ x: number }>(port, 'acme/digits/s', train, {
      run: { heartbeatMs: 1e9, warn: () => {} },
      ...options,
    })
  return { agent, ends, timing }
}

describe('an agent', () => {
  it('trains each trial once, in order, until the sweep is finished', async () => {
    const { agent, ends } = sweepOf(3)
    const seen: number[] = []
    const report = await agent((run) => {
      seen.push(run.params.x)
      return { score: run.params.x }
    })
    expect(seen).toEqual([1, 2, 3])
    expect(report).toMatchObject({ why: 'sweep-finished', finished: 3 })
    expect(ends.map(({ state, summary }) => [state, summary])).toEqual([
      ['finished', { score: 1 }],
      ['finished', { score: 2 }],
      ['finished', { score: 3 }],
    ])
  })

  it('waits for Retry-After', async () => {
    const { agent, timing } = sweepOf(2, { waits: [1, 2] })
    expect(await agent(() => {})).toMatchObject({ finished: 2 })
    expect(timing.slept.filter((ms) => ms === 3_000)).toHaveLength(2)
  })

  it('ends after count trials', async () => {
    expect(await sweepOf(9).agent(() => {}, { count: 2 })).toMatchObject({ why: 'count', finished: 2 })
  })

  it('fails the trial when training throws, with the reason, and continues', async () => {
    const { agent, ends } = sweepOf(3)
    const report = await agent(({ params }) => {
      if (params.x === 1) throw new TypeError('no such layer')
      if (params.x === 2) throw new TrialFailure('exit code 3', 3)
    })
    expect(report).toMatchObject({ finished: 1, failed: 2 })
    expect(ends).toMatchObject([
      { state: 'failed', reason: 'TypeError: no such layer', attempt: 1 },
      { state: 'failed', reason: 'exit code 3', exit_code: 3 },
      { state: 'finished' },
    ])
  })

  it('exits when the first five trials all fail, and only then', async () => {
    const broken = () => {
      throw new Error('broken')
    }
    expect(await sweepOf(100).agent(broken)).toMatchObject({ why: 'failures', failed: 5 })
    const flaky = ({ params }: Run<{ x: number }>) => params.x > 1 && broken()
    expect(await sweepOf(20).agent(flaky)).toMatchObject({ why: 'sweep-finished', failed: 19 })
  })

  it('reports stopped, not failed, when training throws after a stop request', async () => {
    const { agent, ends } = sweepOf(1)
    await agent((run) => {
      run.stop('hyperband: rung 3')
      run.signal.throwIfAborted()
    })
    expect(ends).toMatchObject([{ state: 'stopped', reason: 'hyperband: rung 3' }])
  })

  it('releases the running trial when its signal aborts', async () => {
    const { agent, ends } = sweepOf(9)
    const shutdown = new AbortController()
    const report = await agent(
      (run) => {
        shutdown.abort(new Error('the agent received SIGTERM'))
        expect(run.stopRequested).toBe(true)
      },
      { signal: shutdown.signal },
    )
    expect(report).toMatchObject({ why: 'signal', released: 1, finished: 0 })
    expect(ends).toMatchObject([
      {
        state: 'released',
        reason: 'the agent received SIGTERM',
        interrupted_seconds_ago: expect.any(Number),
      },
    ])
  })

  it('releases a trial whose training ignores the signal', async () => {
    const { agent, ends } = sweepOf(9)
    const shutdown = new AbortController()
    await agent(
      () => {
        shutdown.abort(new Error('enough'))
        return new Promise(() => {})
      },
      { signal: shutdown.signal, graceMs: 5_000 },
    )
    // The server undoes what the program reports in its clean-up since then.
    expect(ends).toMatchObject([{ state: 'released' }])
    expect(ends[0]!.interrupted_seconds_ago).toBeGreaterThanOrEqual(5)
  })

  it('continues after a lost trial', async () => {
    let times = 0
    const { agent } = sweepOf(2, {
      finish: () => {
        if (times++ === 0)
          throw new ChimneyError('attempt-superseded', 'another attempt has it', { status: 409 })
      },
    })
    expect(await agent(() => {})).toMatchObject({ lost: 1, finished: 1 })
  })
})
