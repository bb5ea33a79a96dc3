import { describe, expect, it } from 'vitest'
import { canMoveRun, canMoveSweep, isEnd, type RunState, sweepOrigins } from './lifecycle.ts'

const RUN_STATES: RunState[] = ['queued', 'running', 'finished', 'failed', 'stopped', 'killed', 'crashed']

describe('lifecycle', () => {
  it('keeps terminal states final, but for a finished sweep that is reopened and a crashed run whose result arrives late', () => {
    expect(sweepOrigins('running')).toEqual(['paused', 'finished'])
    for (const to of ['running', 'paused', 'finished'] as const)
      expect(canMoveSweep('cancelled', to)).toBe(false)
    const leaving = RUN_STATES.filter((from) => isEnd(from) && RUN_STATES.some((to) => canMoveRun(from, to)))
    expect(leaving).toEqual(['crashed'])
  })

  it('lets every run that is not over end in any way', () => {
    for (const from of ['queued', 'running'] as const)
      for (const to of RUN_STATES.filter(isEnd)) expect(canMoveRun(from, to)).toBe(true)
  })
})
