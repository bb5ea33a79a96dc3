import { describe, expect, it } from 'vitest'
import type { RunLive } from '../../store/runs.ts'
import { pastWith } from './past-attempts.ts'

const live = (more: Partial<RunLive>): RunLive => ({
  key: { entity: 'acme', project: 'digits', run: 'r1' },
  state: 'queued',
  attempt: 1,
  summary: '{}',
  lastIndex: -1,
  lost: 0,
  seen: 0,
  seenIndex: -1,
  startedAt: 1_000,
  heartbeatAt: 2_000,
  rev: 1,
  ...more,
})

describe('a run that is begun again', () => {
  it.each([
    { title: 'after silence', more: {}, end: 'lost' },
    { title: 'after its agent handed it back', more: { released: true }, end: 'released' },
    {
      title: 'after its machine was taken away',
      more: { preempting: true, released: true },
      end: 'preempted',
    },
    { title: 'after it had ended', more: { state: 'crashed' }, end: 'crashed' },
  ] as const)('remembers the attempt before: $title', ({ more, end }) => {
    expect(pastWith(live({ agent: 'gpu-1', ...more })).past).toEqual([
      { attempt: 1, agent: 'gpu-1', startedAt: 1_000, heartbeatAt: 2_000, end },
    ])
  })

  it('knows of each later attempt when that was claimed', () => {
    const { past } = pastWith(live({ attempt: 2, claimedAt: 1_500, past: [{ attempt: 1, end: 'lost' }] }))
    expect(past?.map(({ attempt, startedAt }) => [attempt, startedAt])).toEqual([
      [1, undefined],
      [2, 1_500],
    ])
  })

  it('keeps the latest ten, and nothing when nobody has begun it', () => {
    let run = live({})
    for (let attempt = 1; attempt <= 12; attempt++) run = live({ attempt, ...pastWith({ ...run, attempt }) })
    expect(run.past?.map(({ attempt }) => attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(pastWith(live({ attempt: 0 }))).toEqual({})
  })
})
