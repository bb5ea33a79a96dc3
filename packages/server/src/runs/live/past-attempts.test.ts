import { describe, expect, it } from 'vitest'
import type { RunLive } from '../../store/runs.ts'
import { pastAttempts } from './past-attempts.ts'

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

describe('a run that is claimed again', () => {
  it.each([
    { title: 'after its lease expired', more: {}, end: 'lost' },
    { title: 'after its agent released it', more: { released: true }, end: 'released' },
    {
      title: 'after it was preempted',
      more: { preempting: true, released: true },
      end: 'preempted',
    },
    { title: 'after it had ended', more: { state: 'crashed' }, end: 'crashed' },
  ] as const)('keeps the previous attempt: $title', ({ more, end }) => {
    expect(pastAttempts(live({ agent: 'gpu-1', ...more })).past).toEqual([
      { attempt: 1, agent: 'gpu-1', startedAt: 1_000, heartbeatAt: 2_000, end },
    ])
  })

  it('records when each later attempt was claimed', () => {
    const { past } = pastAttempts(live({ attempt: 2, claimedAt: 1_500, past: [{ attempt: 1, end: 'lost' }] }))
    expect(past?.map(({ attempt, startedAt }) => [attempt, startedAt])).toEqual([
      [1, undefined],
      [2, 1_500],
    ])
  })

  it('keeps the last ten, and none for a run that was never claimed', () => {
    let run = live({})
    for (let attempt = 1; attempt <= 12; attempt++)
      run = live({ attempt, ...pastAttempts({ ...run, attempt }) })
    expect(run.past?.map(({ attempt }) => attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(pastAttempts(live({ attempt: 0 }))).toEqual({})
  })
})
