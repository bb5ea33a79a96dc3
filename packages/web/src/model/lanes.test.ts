import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { lanesOf } from './lanes.ts'

const trial = (number: number, agent: string | undefined, from: number, to: number, state = 'finished') =>
  ({
    number,
    run: `s-${number}`,
    params: {},
    state,
    attempt: 1,
    ...(agent !== undefined && { agent }),
    created_at: new Date(0).toISOString(),
    started_at: new Date(from).toISOString(),
    updated_at: new Date(to).toISOString(),
  }) as TrialBody

it('gives each agent a lane, sorted by name, with trials without an agent last', () => {
  const { names, spans, lengthMs } = lanesOf(
    [trial(1, undefined, 0, 5), trial(2, 'gpu-10', 0, 9), trial(3, 'gpu-2', 3, 6)],
    0,
    100,
  )
  expect(names).toEqual(['gpu-2', 'gpu-10', 'no agent'])
  expect(spans.map(({ row, lane }) => [row, lane])).toEqual([
    [2, 0],
    [1, 1],
    [0, 2],
  ])
  expect(lengthMs).toBe(9)
})

it('puts parallel trials of an agent on separate lanes, and reuses free lanes', () => {
  const { names, spans } = lanesOf([trial(1, 'a', 0, 5), trial(2, 'a', 2, 8), trial(3, 'a', 5, 6)], 0, 9)
  expect(names).toEqual(['a', ''])
  expect(spans.map(({ row, lane }) => [row, lane])).toEqual([
    [0, 0],
    [1, 1],
    [2, 0],
  ])
})

it('extends running trials until now, and leaves out queued ones', () => {
  const { spans } = lanesOf([trial(1, 'a', 2, 3, 'running'), trial(2, 'a', 0, 0, 'queued')], 0, 50)
  expect(spans).toEqual([{ row: 0, from: 2, to: 50, lane: 0 }])
})
