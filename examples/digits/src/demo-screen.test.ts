import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { screenOf } from '@chimney/sdk/fake-terminal'
import { expect, it } from 'vitest'
import { createScreen, renderResult } from './demo-screen.ts'

const at = '2026-01-01T00:00:00.000Z'
const trial = (number: number, more: Partial<TrialBody>): TrialBody => ({
  number,
  run: `run${number}`,
  params: { lr: 0.01 * number },
  state: 'running',
  attempt: 1,
  created_at: at,
  updated_at: at,
  ...more,
})
const sweep = (more: Partial<SweepBody['trials']>, best: SweepBody['best'] = null): SweepBody => ({
  id: 's',
  path: 'local/digits/s',
  url: 'http://127.0.0.1/local/digits/sweeps/s',
  name: null,
  archived: false,
  description: null,
  state: 'running',
  state_reason: null,
  method: 'random',
  metric: { name: 'val_acc', goal: 'maximize' },
  config: {},
  seed: 1,
  limit: 3,
  trials: { handed_out: 2, open: 1, finished: 0, stopped: 0, failed: 0, killed: 0, crashed: 0, ...more },
  best,
  warnings: [],
  created_at: at,
  updated_at: at,
})
const output = (isTTY: boolean) => {
  const written: string[] = []
  return { isTTY, columns: 60, written, write: (text: string) => void written.push(text) }
}

it('prints one plain line per ended trial without a terminal', () => {
  const out = output(false)
  const screen = createScreen(out)
  const ended = trial(1, { state: 'finished', value: 0.9 })
  screen.show({ cursor: '1', sweep: sweep({}), trials: [trial(1, {}), trial(2, {})] })
  screen.show({ cursor: '2', sweep: sweep({ finished: 1 }), trials: [ended] })
  screen.show({ cursor: '3', sweep: sweep({ finished: 1 }), trials: [ended] })
  expect(out.written).toEqual(['1/3 #1 finished, val_acc 0.9 (lr 0.01)\n'])
})

it('replaces its lines on a terminal, none wider than the terminal', async () => {
  const out = output(true)
  const screen = createScreen(out)
  const long = { text: 'x'.repeat(200) }
  const both = [trial(1, { params: long }), trial(2, { params: long })]
  screen.show({ cursor: '1', sweep: sweep({ open: 2 }), trials: both })
  expect(await screenOf(out.written.join(''), 60)).toEqual([
    expect.stringContaining('0/3 trials · 2 running'),
    '',
    '#  text',
    expect.stringMatching(/^1 {2}x+…$/),
    expect.stringMatching(/^2 {2}x+…$/),
  ])
  screen.show({ cursor: '2', sweep: sweep({ stopped: 1 }), trials: [trial(2, { state: 'stopped' })] })
  expect(await screenOf(out.written.join(''), 60)).toEqual([
    expect.stringContaining('1/3 trials · 1 running · 1 stopped early'),
    '',
    '#  text',
    expect.stringMatching(/^1 {2}x+…$/),
  ])
})

it('shows the table, the best parameters and the duration at the end', () => {
  const text = renderResult(
    sweep({ finished: 1, stopped: 1 }, { number: 1, run: 'run1', value: 0.9 }),
    [
      trial(1, { state: 'finished', value: 0.9 }),
      trial(2, { state: 'stopped', value: 0.5, reason: 'hyperband: too bad' }),
    ],
    1.25,
  )
  expect(text).toContain('hyperband: too bad')
  expect(text).toContain('Best: val_acc 0.9 by trial #1\n  lr  0.01')
  expect(text).toMatch(/2 trials in 1\.3 s: 1 finished, 1 stopped early\.$/)
})
