import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ProgressSweep, renderProgress } from './progress.ts'

const none = { handed_out: 0, open: 0, finished: 0, stopped: 0, failed: 0, killed: 0, crashed: 0 }
const sweep = (trials: Partial<typeof none>, more: Partial<ProgressSweep> = {}): ProgressSweep => ({
  trials: { ...none, ...trials },
  limit: 20,
  best: null,
  metric: { name: 'val_acc', goal: 'maximize' },
  state: 'running',
  ...more,
})

describe('the progress line', () => {
  it('shows a bar, the counts and the best value', () => {
    const best = { number: 7, run: 'r', value: 0.93456789 }
    const line = renderProgress(sweep({ finished: 7, stopped: 3, open: 4 }, { best }), 100)
    expect(line).toMatch(
      /^(█+)(░+) 10\/20 trials · 4 running · 3 stopped early · best val_acc 0\.934568 \(#7\)$/,
    )
    const [, full = '', rest = ''] = /^(█+)(░+)/.exec(line) ?? []
    expect(Math.abs(full.length - rest.length)).toBeLessThanOrEqual(1)
  })

  it('has no bar without a trial limit', () => {
    expect(renderProgress(sweep({ finished: 3, open: 1 }, { limit: null }))).toBe('3 trials done · 1 running')
  })

  it('is never wider than the terminal', () => {
    const best = { number: 1, run: 'r', value: 1e-9 }
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.nat(2_000),
        fc.integer({ min: 1, max: 200 }),
        (finished, limit, width) => {
          const line = renderProgress(sweep({ finished, open: 3 }, { limit, best }), width)
          expect([...line].length).toBeLessThanOrEqual(width)
          expect(line).not.toContain('\n')
        },
      ),
    )
  })
})
