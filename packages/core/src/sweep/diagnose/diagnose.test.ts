import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type Json, plainOf } from '../../schema/json.ts'
import { diagnose } from './diagnose.ts'
import { NOW, runOf, sweepOf, times } from './evidence.fixture.ts'
import type { SweepEvidence, TrialEvidence } from './evidence.ts'

const UNIT = { distribution: 'uniform', min: 0, max: 1 }
const config = (more: object = {}) => ({
  method: 'random',
  metric: { name: 'val_f1', goal: 'maximize' },
  parameters: { x: UNIT, opt: { values: ['adam', 'sgd'] } },
  ...more,
})
const params = (x: number, opt = 'adam') => ({ x, opt })
/** In [0, 1), spread evenly. */
const spread = (i: number) => (0.5 + i * 0.618_033_988_7) % 1
const good = (i: number): Partial<TrialEvidence> => ({
  params: params(spread(i), i % 2 === 0 ? 'adam' : 'sgd'),
  value: 1 - (spread(i) - 0.6) ** 2,
})
const failed = (errorLine: string, i = 0): Partial<TrialEvidence> => ({
  ...good(i),
  state: 'failed',
  value: undefined,
  run: runOf({}, { errorLine }),
})
const agents = (count: number, busy: boolean) =>
  times(count, (i) => ({ id: `a${i}`, host: `h${i}`, heartbeatAt: NOW - 1_000, busy }))
const onHost =
  (host: string, more: Partial<TrialEvidence> = {}) =>
  (i: number) => ({
    ...good(i),
    agent: `${host}/1`,
    ...more,
  })
const early = config({ early_terminate: { type: 'hyperband', min_iter: 1 } })
const bound = config({ constraints: [{ name: 'latency', max: 10 }] })
const range = (x: object) => config({ parameters: { x } })

interface Case {
  readonly code: string
  readonly title: string
  readonly triggers: SweepEvidence
  readonly says: string
  /** A similar sweep that must not have the finding. */
  readonly silent: SweepEvidence
}

const CASES: readonly Case[] = [
  {
    code: 'metric-missing',
    title: 'the metric has another name in the log',
    triggers: sweepOf(
      config(),
      times(8, () => ({ run: runOf({ validation_f1: 0.9, loss: 1 }) })),
    ),
    says: '8 trials finished without val_f1; they logged validation_f1',
    silent: sweepOf(
      config(),
      times(8, (i) => ({ ...good(i), run: runOf({ val_f1: 0.9 }) })),
    ),
  },
  {
    code: 'metric-missing',
    title: 'nothing like the metric was logged, from the first finished trial on',
    triggers: sweepOf(config(), [{ run: runOf({ epoch: 3, speed: 10 }) }]),
    says: '1 trial finished without val_f1; they logged epoch, speed',
    silent: sweepOf(config(), [{ state: 'running', run: runOf({ epoch: 3 }) }]),
  },
  {
    code: 'metric-missing',
    title: 'nothing was logged',
    triggers: sweepOf(
      config(),
      times(2, () => ({ run: runOf({}) })),
    ),
    says: '2 trials finished without val_f1; they logged no number',
    silent: sweepOf(
      config({ metric: undefined }),
      times(2, () => ({ run: runOf({}) })),
    ),
  },
  {
    code: 'metric-missing',
    title: 'a part of the trials lacks the metric',
    triggers: sweepOf(
      config(),
      times(10, (i) => (i < 3 ? { run: runOf({ f1: 1 }) } : good(i))),
    ),
    says: '3 of 10 finished trials have no val_f1; they logged f1',
    silent: sweepOf(
      config(),
      times(10, (i) => (i < 1 ? { run: runOf({ f1: 1 }) } : good(i))),
    ),
  },
  {
    code: 'metric-not-a-number',
    title: 'the metric is text',
    triggers: sweepOf(config(), [{ run: runOf({ val_f1: '0.9' }) }]),
    says: '1 trial finished without val_f1: it was logged as text',
    silent: sweepOf(config(), [{ value: 0.9, run: runOf({ val_f1: 0.9, note: '0.9' }) }]),
  },
  {
    code: 'metric-not-a-number',
    title: 'the metric is a boolean',
    triggers: sweepOf(config(), [{ run: runOf({ val_f1: true }) }]),
    says: '1 trial finished without val_f1: it was logged as a boolean',
    silent: sweepOf(config(), [{ run: runOf({ val_f1: Number.NaN }) }]),
  },
  {
    code: 'metric-not-finite',
    title: 'the metric is NaN in all trials',
    triggers: sweepOf(
      config(),
      times(4, () => ({ run: runOf({ val_f1: Number.NaN }) })),
    ),
    says: 'val_f1 is NaN or infinite in all 4 finished trials',
    silent: sweepOf(
      config(),
      times(12, (i) => (i < 2 ? { run: runOf({ val_f1: Number.NaN }) } : good(i))),
    ),
  },
  {
    code: 'metric-logged-once',
    title: 'early_terminate has nothing to compare',
    triggers: sweepOf(
      early,
      times(3, (i) => ({ ...good(i), run: runOf({ val_f1: 1 }, { reports: 1 }) })),
    ),
    says: 'early_terminate (hyperband) cannot stop a trial: val_f1 was logged at most once in each of 3 trials',
    silent: sweepOf(
      early,
      times(3, (i) => ({ ...good(i), run: runOf({ val_f1: 1 }, { reports: 1 + i }) })),
    ),
  },
  {
    code: 'goal-opposite',
    title: 'accuracy is minimized',
    triggers: sweepOf(config({ metric: { name: 'val/accuracy', goal: 'minimize' } })),
    says: 'the sweep minimizes val/accuracy, and a metric of this name is usually maximized',
    silent: sweepOf(config({ metric: { name: 'val/accuracy_loss', goal: 'minimize' } })),
  },
  {
    code: 'goal-opposite',
    title: 'RMSE is maximized',
    triggers: sweepOf(config({ metric: { name: 'valRMSE', goal: 'maximize' } })),
    says: 'the sweep maximizes valRMSE, and a metric of this name is usually minimized',
    silent: sweepOf(config({ metric: { name: 'neg_rmse', goal: 'maximize' } })),
  },
  {
    code: 'best-at-edge',
    title: 'the best trials are at the upper end',
    triggers: sweepOf(
      config(),
      times(30, (i) => ({ params: params(1 - i / 250), value: 1 - i })),
    ),
    says: '5 of the best 5 trials have x within 2% of its max 1',
    silent: sweepOf(
      config(),
      times(30, (i) => ({ params: params(0.95 - i / 250), value: 1 - i })),
    ),
  },
  {
    code: 'linear-scale',
    title: 'a learning rate is uniform',
    triggers: sweepOf(config({ parameters: { opt: { parameters: { lr: { min: 0.001, max: 0.1 } } } } })),
    says: 'opt.lr has a linear scale from 0.001 to 0.1; a parameter of this name usually varies by orders of magnitude',
    silent: sweepOf(
      config({ parameters: { lr: { distribution: 'log_uniform_values', min: 0.001, max: 0.1 } } }),
    ),
  },
  {
    code: 'linear-scale',
    title: 'a range spans three decades',
    triggers: sweepOf(range({ distribution: 'uniform', min: 0.1, max: 100 })),
    says: 'x has a linear scale from 0.1 to 100: 90% of the trials are above 10.09',
    silent: sweepOf(range({ distribution: 'uniform', min: 0, max: 100 })),
  },
  {
    code: 'no-effect',
    title: 'one of two parameters changes nothing',
    triggers: sweepOf(
      config({ parameters: { x: UNIT, y: UNIT } }),
      times(100, (i) => ({ params: { x: spread(i), y: spread(i * 37 + 11) }, value: spread(i) })),
    ),
    says: 'y has no visible effect in 100 trials',
    silent: sweepOf(
      config({ parameters: { x: UNIT, y: UNIT } }),
      times(100, (i) => ({
        params: { x: spread(i), y: spread(i * 37 + 11) },
        value: spread(i) + spread(i * 37 + 11),
      })),
    ),
  },
  {
    code: 'value-fails',
    title: 'all trials with one category fail',
    triggers: sweepOf(
      config(),
      times(12, (i) => (i % 2 ? failed('boom', i) : good(i))),
    ),
    says: 'all 6 trials with opt = "sgd" failed or gave no value, and 0 of the other 6 did',
    silent: sweepOf(
      config(),
      times(12, (i) => (i % 2 && i < 9 ? failed('boom', i) : good(i))),
    ),
  },
  {
    code: 'same-error',
    title: 'most failed trials end with one error',
    triggers: sweepOf(
      config(),
      times(6, (i) => (i < 4 ? failed(`RuntimeError: size ${i} at 0xff${i}`, i) : good(i))),
    ),
    says: '4 trials failed with: RuntimeError: size 0 at 0xff0',
    silent: sweepOf(
      config(),
      times(6, (i) => (i < 4 ? failed(['A', 'B', 'C', 'D'][i]!, i) : good(i))),
    ),
  },
  {
    code: 'same-error',
    title: 'the first two trials fail alike',
    triggers: sweepOf(
      config(),
      times(2, () => failed("ModuleNotFoundError: No module named 'torch'")),
    ),
    says: "2 trials failed with: ModuleNotFoundError: No module named 'torch'",
    silent: sweepOf(config(), [failed("ModuleNotFoundError: No module named 'torch'")]),
  },
  {
    code: 'all-failed',
    title: 'all trials fail without a known error',
    triggers: sweepOf(
      config(),
      times(3, (i) => ({ ...good(i), state: 'failed', value: undefined })),
    ),
    says: 'all 3 ended trials failed',
    silent: sweepOf(
      config(),
      times(3, (i) => (i ? { ...good(i), state: 'failed' } : good(i))),
    ),
  },
  {
    code: 'none-feasible',
    title: 'every trial violates a constraint',
    triggers: sweepOf(
      bound,
      times(4, (i) => ({ ...good(i), violation: 4 - i })),
    ),
    says: 'none of 4 finished trials satisfies the constraints; trial 4 is nearest, with a violation of 1',
    silent: sweepOf(
      bound,
      times(4, (i) => ({ ...good(i), violation: 3 - i })),
    ),
  },
  {
    code: 'constraint-missing',
    title: 'no trial logs the constrained metric',
    triggers: sweepOf(
      bound,
      times(3, (i) => ({ ...good(i), violation: Number.POSITIVE_INFINITY, run: runOf({ val_f1: 1 }) })),
    ),
    says: 'none of 3 finished trials reported latency, which the constraints need',
    silent: sweepOf(
      bound,
      times(3, (i) => ({ ...good(i), violation: i ? Number.POSITIVE_INFINITY : 0 })),
    ),
  },
  {
    code: 'noise',
    title: 'repeated points differ as much as all trials',
    triggers: sweepOf(
      config(),
      times(40, (i) => ({ params: params((i % 10) / 10), value: spread(i * 7 + 3) })),
    ),
    says: 'trials with nearly equal parameters differ in val_f1 as much as all others do: standard deviation',
    silent: sweepOf(
      config(),
      times(40, (i) => ({ params: params((i % 10) / 10), value: (i % 10) / 10 + spread(i * 7 + 3) / 10 })),
    ),
  },
  {
    code: 'no-improvement',
    title: 'the best trial is long ago',
    triggers: sweepOf(
      config(),
      times(100, (i) => ({ ...good(i), value: i === 9 ? 2 : spread(i) })),
    ),
    says: 'no improvement since trial 10 (val_f1 2): 90 trials finished after it',
    silent: sweepOf(
      config(),
      times(100, (i) => ({ ...good(i), value: i === 79 ? 2 : spread(i) })),
    ),
  },
  {
    code: 'all-equal',
    title: 'every trial has the same value',
    triggers: sweepOf(
      config(),
      times(10, (i) => ({ ...good(i), value: 0.1 })),
    ),
    says: 'all 10 finished trials have val_f1 0.1',
    silent: sweepOf(
      config(),
      times(10, (i) => ({ params: params(0.5), value: 0.1, number: i + 1 })),
    ),
  },
  {
    code: 'budget-too-small',
    title: 'a grid is cut off',
    triggers: sweepOf(
      config({ method: 'grid', run_cap: 5, parameters: { a: { values: [1, 2, 3] }, b: { values: [1, 2] } } }),
    ),
    says: 'the grid has 6 cells and the sweep ends after 5 trials, so a keeps its first values',
    silent: sweepOf(
      config({ method: 'grid', run_cap: 6, parameters: { a: { values: [1, 2, 3] }, b: { values: [1, 2] } } }),
    ),
  },
  {
    code: 'budget-too-small',
    title: 'fewer trials than five per parameter',
    triggers: sweepOf(
      config({
        run_cap: 10,
        parameters: Object.fromEntries(times(4, (i) => [`p${i}`, UNIT])),
      }),
    ),
    says: '10 trials are few for 4 parameters',
    silent: sweepOf(
      config({
        run_cap: 20,
        parameters: Object.fromEntries(times(4, (i) => [`p${i}`, UNIT])),
      }),
    ),
  },
  {
    code: 'agents-idle',
    title: 'agents wait for a paused sweep',
    triggers: sweepOf(config(), times(3, good), { state: 'paused', agents: agents(2, false) }),
    says: 'the sweep is paused and 2 agents wait',
    silent: sweepOf(config(), times(3, good), { agents: agents(2, false) }),
  },
  {
    code: 'more-agents-than-trials',
    title: 'agents outnumber the trials that are left',
    triggers: sweepOf(config({ run_cap: 4 }), times(3, good), { agents: agents(3, false) }),
    says: '3 agents ask for trials and 1 is left',
    silent: sweepOf(config({ run_cap: 40 }), times(3, good), { agents: agents(3, false) }),
  },
  {
    code: 'no-agent',
    title: 'nothing has asked for a trial for an hour',
    triggers: sweepOf(config({ run_cap: 9 }), times(3, good), { now: NOW + 3_600_000 }),
    says: 'no agent has asked for a trial for 60 minutes',
    silent: sweepOf(config({ run_cap: 9 }), [...times(3, good), { state: 'running' }], {
      now: NOW + 3_600_000,
    }),
  },
  {
    code: 'host-loses-leases',
    title: 'one machine loses its trials',
    triggers: sweepOf(config(), [
      ...times(3, onHost('bad', { state: 'crashed' })),
      ...times(2, onHost('fine', { attempt: 2, run: runOf({}, { lostBy: ['bad/2'] }) })),
      ...times(3, onHost('fine')),
    ]),
    says: 'host bad lost 5 of its 5 attempts, all other hosts 0 of 5',
    silent: sweepOf(config(), [
      ...times(3, onHost('bad', { state: 'crashed' })),
      ...times(3, onHost('fine', { state: 'crashed' })),
      ...times(30, onHost('fine')),
    ]),
  },
  {
    code: 'leases-lost',
    title: 'many attempts are lost everywhere',
    triggers: sweepOf(config(), [
      ...times(3, onHost('a', { state: 'crashed' })),
      ...times(3, onHost('b', { state: 'crashed' })),
      ...times(6, onHost('a')),
    ]),
    says: '6 of 12 attempts lost their lease',
    silent: sweepOf(config(), [
      ...times(2, onHost('a', { state: 'crashed' })),
      ...times(2, onHost('b', { state: 'crashed' })),
      ...times(6, onHost('a')),
    ]),
  },
]

describe('the catalogue of rules', () => {
  it.each(CASES)('finds $code: $title', ({ code, triggers, says, silent }) => {
    const found = diagnose(triggers).find((finding) => finding.code === code)
    expect(found?.message).toContain(says)
    expect(found?.fix).toMatch(/^[a-z]/)
    expect(diagnose(silent).map((finding) => finding.code)).not.toContain(code)
  })

  it.each([...new Set(CASES.map(({ code }) => code))])('is in the documents: %s', async (code) => {
    const page = await readFile(new URL('../../../../../docs/diagnosis.md', import.meta.url), 'utf8')
    expect(page).toContain(`| \`${code}\` |`)
  })

  const remedies: readonly (readonly [string, SweepEvidence, unknown])[] = [
    [
      'raises the end of a range by half of it',
      sweepOf(
        range(UNIT),
        times(20, (i) => ({ params: { x: i < 15 ? spread(i) * 0.9 : 0.99 }, value: i < 15 ? 0 : 1 + i })),
      ),
      { kind: 'new-sweep', changes: [{ op: 'add', path: '/parameters/x/max', value: 1.5 }] },
    ],
    [
      'lowers a logarithmic end by a factor of ten, in a group too',
      sweepOf(
        config({
          parameters: {
            'a/b': { parameters: { lr: { distribution: 'log_uniform_values', min: 0.001, max: 0.1 } } },
          },
        }),
        times(20, (i) => ({
          params: { 'a/b': { lr: i < 15 ? 0.002 + spread(i) * 0.09 : 0.00101 } },
          value: i < 15 ? 0 : 1 + i,
        })),
      ),
      {
        kind: 'new-sweep',
        changes: [{ op: 'add', path: '/parameters/a~1b/parameters/lr/min', value: 0.0001 }],
      },
    ],
    [
      'raises run_cap',
      sweepOf(
        config({
          method: 'grid',
          run_cap: 5,
          parameters: { a: { values: [1, 2, 3] }, b: { values: [1, 2] } },
        }),
      ),
      { kind: 'run-cap', run_cap: 6 },
    ],
    [
      'turns the goal',
      sweepOf(config({ metric: { name: 'loss', goal: 'maximize' } })),
      { kind: 'new-sweep', changes: [{ op: 'add', path: '/metric/goal', value: 'minimize' }] },
    ],
    [
      'removes a value that fails, and keeps the others',
      sweepOf(config({ parameters: { x: UNIT, opt: { values: ['adam', 'sgd', 'lion'] } } }), [
        ...times(20, good),
        ...times(6, (i) => ({ ...failed('ValueError: no', i), params: params(spread(i), 'lion') })),
      ]),
      {
        kind: 'new-sweep',
        changes: [{ op: 'add', path: '/parameters/opt/values', value: ['adam', 'sgd'] }],
      },
    ],
    [
      'resumes',
      sweepOf(config(), times(3, good), { state: 'paused', agents: agents(2, false) }),
      { kind: 'state', state: 'running' },
    ],
  ]
  it.each(remedies)('has a remedy that %s', (_, sweep, remedy) => {
    const found = diagnose(sweep).flatMap((finding) => (finding.remedy ? [finding.remedy] : []))
    expect(plainOf(found as unknown as Json)).toContainEqual(remedy)
  })

  it('changes no sweep that is over', () => {
    const over = (state: 'finished' | 'cancelled') =>
      diagnose(
        sweepOf(
          config(),
          times(5, (i) => failed('OSError: no', i)),
          { state },
        ),
      ).map(({ remedy }) => remedy)
    expect(over('finished')).toEqual([{ kind: 'requeue' }])
    expect(over('cancelled')).toEqual([undefined])
  })

  it('puts errors first, then warnings, then remarks', () => {
    const sweep = sweepOf(
      config({ metric: { name: 'loss', goal: 'maximize' }, parameters: { lr: UNIT } }),
      times(3, () => ({ run: runOf({ train_loss: 1 }) })),
      { now: NOW + 3_600_000 },
    )
    expect(diagnose(sweep).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'error metric-missing',
      'warning goal-opposite',
      'warning linear-scale',
      'remark no-agent',
    ])
  })

  it('has nothing to say about a sweep without trials', () => {
    expect(diagnose(sweepOf(config()))).toEqual([])
  })

  it('lists at most 20 trials, and only finite numbers', () => {
    const sweep = sweepOf(
      config(),
      times(30, () => ({ run: runOf({ validation_f1: 0.9 }) })),
    )
    const [found] = diagnose(sweep)
    expect(found?.evidence).toEqual({
      trials: times(20, (i) => i + 1),
      keys: ['validation_f1'],
      numbers: { finished: 30, without: 30 },
    })
  })
})
