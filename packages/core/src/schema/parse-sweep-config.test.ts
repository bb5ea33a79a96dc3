import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/wandb_sweeps.golden.json' with { type: 'json' }
import { Float, type Json, parseJson, stringifyJson } from './json.ts'
import { isNested } from './parameters.ts'
import { parseSweepConfig } from './parse-sweep-config.ts'
import { type Issue, Problem } from './problem.ts'
import { lossOf, metricOf, valueFromLoss } from './sweep-config.ts'

const issuesOf = (source: string | Json): readonly Issue[] => {
  try {
    parseSweepConfig(source)
    return []
  } catch (error) {
    if (error instanceof Problem) return error.issues
    throw error
  }
}
const parameter = (yaml: string) => parseSweepConfig(`{method: random, parameters: {x: ${yaml}}}`)

describe('parseSweepConfig', () => {
  it('reads a whole config and fills in defaults', () => {
    const { config, warnings, source } = parseSweepConfig(FULL)
    expect(warnings).toEqual([])
    expect(source).toBe(FULL)
    expect(config).toStrictEqual({
      method: 'sobol',
      metric: {
        name: 'val_acc',
        goal: 'maximize',
        target: 0.99,
        impute: 'worst',
        impute_while_running: 'false',
      },
      early_terminate: { type: 'hyperband', min_iter: 3, eta: 3, strict: true, resource: 'epoch' },
      run_cap: 20,
      seed: 7,
      dispatch: { agent: 'digits', concurrency: 10 },
      retry: { max_attempts: 3 },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: W&B's macros look so
      command: ['python', '${program}', 1, new Float(1)],
      program: 'train.py',
      parameters: {
        batch: { distribution: 'categorical', values: [16, 32] },
        fixed: { distribution: 'constant', value: null },
        lr: { distribution: 'uniform', min: 0.0001, max: 0.1 },
        layers: { distribution: 'int_uniform', min: 1, max: 4 },
        nested: {
          parameters: {
            p: { distribution: 'uniform', min: new Float(0), max: new Float(1) },
            q: { distribution: 'q_uniform', min: 1, max: 9, q: 2, rounding: 'inside', when: { batch: [16] } },
          },
        },
        noise: { distribution: 'q_normal', mu: new Float(0), sigma: new Float(1), q: new Float(1) },
      },
    })
  })

  it('survives being stored as text', () => {
    const { config } = parseSweepConfig(FULL)
    expect(parseJson(stringifyJson(config as unknown as Json))).toStrictEqual(config)
  })

  it('means the same when its own answer is parsed again', () => {
    const { config } = parseSweepConfig(FULL)
    expect(parseSweepConfig(stringifyJson(config as unknown as Json)).config).toStrictEqual(config)
  })

  it.each(golden.schemas)("takes whatever W&B's schema accepts: $config", ({ config, accepted }) => {
    const issues = issuesOf(config)
    if (accepted) expect(issues).toEqual([])
    // Exactly one issue per mistake; what W&B calls a violation may also be a warning.
    else if (issues.length === 0) expect(parseSweepConfig(config).warnings.length).toBeGreaterThan(0)
    else expect(issues.length).toBe(config.includes('"min": "1"') ? 2 : 1)
    for (const { fix } of issues) expect(fix).toBeTruthy()
  })

  // Violations of W&B's schema whose meaning is clear enough to go on with a warning.
  const MILDER = [
    '"probabilities": [0.5, 0.6]',
    '"distribution": "log_uniform", "min"',
    '"distribution": "inv_log_uniform", "min"',
    '"distribution": "q_log_uniform", "min"',
    '"min": 1, "max": 1}',
    '"impute": "mean"',
    '"unit": "bits"',
    '"something": 1',
    '"a b"',
    '"1a"',
  ]
  it('is milder than W&B only where that is on purpose', () => {
    const milder = golden.schemas.filter(({ config, accepted }) => !accepted && issuesOf(config).length === 0)
    for (const { config } of milder) expect(MILDER.filter((part) => config.includes(part))).not.toEqual([])
    expect(milder.length).toBe(MILDER.length)
  })

  it.each([
    ['min: 0.0, max: 1', 'uniform'],
    ['min: 0, max: 1', 'int_uniform'],
    ['min: 1e-4, max: 1', 'uniform'],
    ['values: [1]', 'categorical'],
    ['values: [1, 2], probabilities: [0.5, 0.5]', 'categorical_w_probabilities'],
    ['values: [1, 2], probabilities: [0.5, 0.5], distribution: categorical', 'categorical_w_probabilities'],
    ['value: {a: 1}', 'constant'],
    ['distribution: beta', 'beta'],
  ])('infers the distribution of {%s}', (text, distribution) => {
    const { x } = parameter(`{${text}}`).config.parameters
    expect(isNested(x!) ? 'nested' : x!.distribution).toBe(distribution)
  })

  it.each([
    ['5', 'parameters.x', 'write {value: 5}'],
    ['[1, 2]', 'parameters.x', 'write {values: [1,2]}'],
    ['{lr: {min: 1, max: 2}}', 'parameters.x', "under 'parameters'"],
    ['{min: "1", max: 2}', 'parameters.x.min', 'without quotes: 1'],
    ['{min: .nan, max: 2}', 'parameters.x.min', 'as a number'],
    ['{min: 0.5, max: .inf}', 'parameters.x.max', 'as a number'],
    ['{min: true, max: 2, distribution: uniform}', 'parameters.x.min', 'as a number'],
    ['{min: 1, max: 9007199254740993}', 'parameters.x.max', 'smaller range'],
    ['{min: 5, max: 2}', 'parameters.x', 'swap'],
    ['{min: 0, max: 1, distribution: log_uniform_values}', 'parameters.x.min', 'positive min'],
    ['{min: 0, max: 1000, distribution: log_uniform}', 'parameters.x.max', '_values'],
    ['{min: 0, max: 1, q: 1.0e-300, distribution: q_uniform}', 'parameters.x.q', 'larger q'],
    ['{distribution: uniform, min: 0, max: 1, q: 1}', 'parameters.x.q', 'q_uniform'],
    ['{distribution: beta, a: 0, b: 0}', 'parameters.x', 'above 0'],
    ['{distribution: gauss}', 'parameters.x.distribution', 'normal'],
    ['{distribution: normal, mean: 1}', 'parameters.x.mean', 'write mu'],
    ['{distribution: normal, mu: 1, std_dev: 2}', 'parameters.x.std_dev', 'write sigma'],
    ['{distribusion: normal}', 'parameters.x.distribusion', 'write distribution'],
    ['{low: 1, max: 9}', 'parameters.x.low', 'write min'],
    ['{min: 1, max: 9, step: 2}', 'parameters.x.step', 'q_uniform'],
    ['{min: 1, max: 9, type: int}', 'parameters.x.type', 'distribution'],
    ['{min: 1, max: 9, log: true}', 'parameters.x.log', 'log_uniform_values'],
    ['{"values:": [3, 4]}', 'parameters.x.values:', 'write values'],
    ['"values:[1, 2]"', 'parameters.x', 'a space after the colon: values: [1, 2]'],
    ['{distribution: q_uniform, min: 6, max: 9, q: 5}', 'parameters.x.q', 'smaller q'],
    ['{distribution: q_uniform, min: 6, max: 9, q: 5, rounding: up}', 'parameters.x.rounding', 'nearest'],
    ['{min: 1, max: 9, rounding: inside}', 'parameters.x.rounding', 'choose a distribution that takes it'],
    ['{values: [1, 2], probabilities: [1, x]}', 'parameters.x.probabilities.1', 'from 0 to 1'],
    ['{values: [1, 2], probabilities: [0, 0]}', 'parameters.x.probabilities', 'sum to 1'],
    ['{value: 1, when: 3}', 'parameters.x.when', 'when:'],
    ['{value: 1, when: {y: []}}', 'parameters.x.when.y', 'at least one'],
    ['{value: 1, when: {y: [1]}}', 'parameters.x.when', 'name one of x'],
  ])('refuses the parameter %s with one issue that says what to do', (text, path, fix) => {
    expect(issuesOf(`{method: random, parameters: {x: ${text}}}`)).toEqual([
      { path, message: expect.any(String), fix: expect.stringContaining(fix) },
    ])
  })

  it.each([
    ['parameters: {x: {value: 1}}', ['method']],
    ['{method: random}', ['parameters']],
    ['{method: anneal, parameters: {x: {value: 1}}}', ['method']],
    ['{method: bayes, parameters: {x: {value: 1}}}', ['metric']],
    ['{method: random, early_terminate: {type: median}, parameters: {x: {value: 1}}}', ['metric']],
    ['{method: random, metric: {goal: minimize}, parameters: {x: {value: 1}}}', ['metric.name']],
    ['{method: random, metric: loss, parameters: {x: {value: 1}}}', ['metric']],
    ['{method: random, run_cap: 0, parameters: {x: {value: 1}}}', ['run_cap']],
    ['{method: random, run_cap: "twenty", parameters: {x: {value: 1}}}', ['run_cap']],
    ['{method: random, run_cap: "0", parameters: {x: {value: 1}}}', ['run_cap']],
    ['{method: random, metric: {name: a, goal: smaller}, parameters: {x: {value: 1}}}', ['metric.goal']],
    [
      '{method: random, metrics: [{name: a, goal: 1}, {name: b, goal: up}], parameters: {x: {value: 1}}}',
      ['metrics.0.goal', 'metrics.1.goal'],
    ],
    [
      '{method: random, early_stop: 3, metric: {name: a}, parameters: {x: {value: 1}}}',
      ['early_stop', 'early_terminate'],
    ],
    [
      '{method: random, metirc: {name: a, gaol: max}, parameters: {x: {value: 1}}}',
      ['metirc', 'metric.gaol'],
    ],
    ['{method: random, programm: a.py, parameters: {x: {value: 1}}}', ['programm']],
    [
      '{method: bayes, metric: {name: a}, early_terminte: {type: hyperband, min_itr: 3}, parameters: {x: {value: 1}}}',
      ['early_terminte', 'early_terminate.min_itr'],
    ],
    [
      '{method: random, metric: {name: a}, early_terminate: {min_itr: 3}, parameters: {x: {value: 1}}}',
      ['early_terminate.min_itr', 'early_terminate.type'],
    ],
    [
      '{method: random, max_seconds: {}, max_failures: {at_least: 3}, parameters: {x: {value: 1}}}',
      ['max_seconds', 'max_failures', 'max_failures'],
    ],
    [
      '{method: random, max_seconds: {trial: 0}, max_failures: 0, parameters: {x: {value: 1}}}',
      ['max_seconds.trial', 'max_failures'],
    ],
    ['{method: random, metric: {name: a, summary: first}, parameters: {x: {value: 1}}}', ['metric.summary']],
    [
      '{method: random, metric: {name: a, summary: {mean_of_last: 0}}, parameters: {x: {value: 1}}}',
      ['metric.summary.mean_of_last'],
    ],
    [
      '{run_cap: 0, method: bayes, parameters: {x: {distribution: normal, mean: 1}, y: {values: 1}}}',
      ['run_cap', 'metric', 'parameters.x.mean', 'parameters.y.values'],
    ],
    ['{method: random, seed: 9007199254740992, parameters: {x: {value: 1}}}', ['seed']],
    ['{method: random, dispatch: {agent: "A B"}, parameters: {x: {value: 1}}}', ['dispatch.agent']],
    [
      '{method: random, dispatch: {agent: a, concurrency: 0}, parameters: {x: {value: 1}}}',
      ['dispatch.concurrency'],
    ],
    ['{method: random, retry: {max_attempts: 0}, parameters: {x: {value: 1}}}', ['retry.max_attempts']],
    [
      '{method: random, metric: {name: a}, early_terminate: {type: hyperband, max_iter: 2, s: 1}, parameters: {x: {value: 1}}}',
      ['early_terminate.max_iter'],
    ],
    [
      '{method: random, metric: {name: a}, metrics: [{name: b}, {name: c}], parameters: {x: {value: 1}}}',
      ['metrics'],
    ],
    [
      '{method: grid, parameters: {x: {min: 0.5, max: 1}, y: {values: [1]}, z: {distribution: normal}}}',
      ['parameters.x', 'parameters.z'],
    ],
    [
      '{method: walk, run_cap: -1, parameters: {x: 5, y: {values: []}}}',
      ['method', 'run_cap', 'parameters.x', 'parameters.y.values'],
    ],
    ['[]', ['']],
    ['just text', ['']],
    ['', ['']],
  ])('names each mistake once: %s', (text, paths) => {
    const issues = issuesOf(text)
    expect(issues.map(({ path }) => path)).toEqual(paths)
    for (const { message, fix } of issues) {
      expect(message).toBeTruthy()
      expect(fix).toBeTruthy()
    }
  })

  it.each([
    ['scheduler: {engine: wandb}', 'scheduler is ignored'],
    ['job: x', 'job is ignored'],
    ['notes: 3', 'notes is unknown and ignored'],
    ['n_trials: 3', 'n_trials is unknown and ignored; run_cap limits the number of trials'],
    ['_metric: {name: a}', '_metric is unknown and ignored'],
    ['metric: {name: a, nmae: b}', 'metric.nmae is unknown and ignored; name is given as well'],
    ['name: 5.0', 'name is the number 5.0, which is read as text; write "5.0"'],
    ['project: 12', 'project is the number 12'],
    ['run_cap: "3"', 'write 3 without quotes'],
    ['name:', 'name is empty'],
    ['metric: {name: a, impute: best}', 'metric.impute is ignored'],
    [
      'metrics: [{name: a}, {name: b}]\nearly_terminate: {type: hyperband, min_iter: 3}',
      'uses only the first of metrics',
    ],
    ['retry: {attempts: 3}', 'retry.attempts is unknown'],
  ])('warns of what has no effect: %s', (line, warning) => {
    const { warnings } = parseSweepConfig(`method: random\nparameters: {x: {min: 0.5, max: 1}}\n${line}\n`)
    expect(warnings).toEqual([expect.stringContaining(warning)])
  })

  it.each([
    ['{min: 0, max: 1}', 'its only values are 0, 1; write 0.0 and 1.0 for a range of floats'],
    ['{min: -1, max: 1}', 'its only values are -1, 0, 1'],
    ['{min: 0.0, max: 1}', undefined],
    ['{min: 1, max: 4}', undefined],
    ['{values: ["1e-5", "0.5", "3"]}', 'write 1.0e-5, 0.5, 3'],
    ['{values: ["12e4567", "1234567", "7e10a3b"]}', undefined],
    ['{values: ["007", "008"]}', undefined],
    ['{value: "0.1"}', 'write 0.1'],
    ['{values: ["a", "1"]}', undefined],
    ['{distribution: q_uniform, min: 2, max: 10, q: 5}', 'in the range, 5 to 10; W&B rounds to 0 to 10'],
    ['{distribution: q_uniform, min: 2, max: 10, q: 2}', undefined],
    ['{distribution: q_uniform, min: 2, max: 10, q: 5, rounding: nearest}', undefined],
    ['{min: 1, max: 9, description: text}', 'parameters.x.description is unknown and ignored'],
  ])('warns where the parameter %s may mean something else', (text, warning) => {
    const parsed = parseSweepConfig(`{method: random, parameters: {x: ${text}, y: {min: 0.5, max: 1}}}`)
    expect(parsed.warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)])
    expect(parsed.notes).toEqual([])
  })

  it.each([
    ['method: random', 'have 3 points, each of which is tried once, so the sweep ends after 3', true],
    ['method: bayes\nmetric: {name: a}', 'so the sweep ends after 3', true],
    ['method: random\nrun_cap: 20', 'run_cap is 20, but the parameters have only 3 points', false],
    ['method: grid\nrun_cap: 20', 'run_cap is 20, but the parameters have only 3 points', false],
    ['method: random\nrun_cap: 2', undefined, false],
    ['method: grid', undefined, false],
  ])('says when a finite space ends the sweep: %s', (head, warning, harmless) => {
    const { warnings, notes } = parseSweepConfig(`${head}\nparameters: {x: {values: [1, 2, 3]}}\n`)
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)])
    expect(notes).toEqual(harmless ? warnings : [])
  })

  it.each([
    ['Maximize', 'maximize'],
    ['max', 'maximize'],
    ['MIN', 'minimize'],
    [`maximi${'s'}e`, 'maximize'],
  ])('reads the goal %s, of metric and of each of metrics', (word, goal) => {
    const { config, warnings } = parseSweepConfig(
      `{method: random, metric: {name: a, goal: ${word}}, parameters: {x: {min: 0.5, max: 1}}}`,
    )
    expect([config.metric?.goal, warnings]).toEqual([goal, []])
    const several = `{method: random, metrics: [{name: a, goal: ${word}}, {name: b}], parameters: {x: {value: 1}}}`
    expect(parseSweepConfig(several).config.metrics?.map((metric) => metric.goal)).toEqual([goal, 'minimize'])
  })

  it.each([
    ['metric: {name: a, summary: last}', { metric: { summary: { kind: 'last' } } }],
    ['metric: {name: a, summary: best}', { metric: { summary: { kind: 'best' } } }],
    [
      'metrics: [{name: a, summary: {mean_of_last: 3}}, {name: b}]',
      { metrics: [{ summary: { kind: 'mean_of_last', count: 3 } }, { name: 'b' }] },
    ],
    ['max_seconds: {trial: 60, sweep: 3600.5}', { max_seconds: { trial: 60, sweep: 3600.5 } }],
    ['max_failures: 5', { max_failures: { in_a_row: 5 } }],
    ['max_failures: {share: 0.5, at_least: 10}', { max_failures: { share: 0.5, at_least: 10 } }],
  ])('reads %s, and its own answer again', (line, wanted) => {
    const { config, warnings } = parseSweepConfig(
      `method: random\nparameters: {x: {min: 0.5, max: 1}}\n${line}\n`,
    )
    expect(warnings).toEqual([])
    expect(config).toMatchObject(wanted)
    expect(parseSweepConfig(stringifyJson(config as unknown as Json)).config).toStrictEqual(config)
  })

  it('takes a hyperband with max_iter but no s by its min_iter', () => {
    const { config, warnings, notes } = parseSweepConfig(
      '{method: random, metric: {name: a}, early_terminate: {type: hyperband, min_iter: 5, max_iter: 50}, parameters: {x: {min: 0.5, max: 1}}}',
    )
    expect(config.early_terminate).toMatchObject({ min_iter: 5, max_iter: 50 })
    expect(warnings).toEqual(['early_terminate.max_iter is ignored: it needs s as well'])
    expect(notes).toEqual(warnings)
  })

  it('names warnings beside the errors', () => {
    expect(() =>
      parseSweepConfig('{method: random, notes: 1, run_cap: 0, parameters: {x: {value: 1}}}'),
    ).toThrow(expect.objectContaining({ warnings: expect.arrayContaining(['notes is unknown and ignored']) }))
  })

  it('keeps keys that it does not know', () => {
    const { config } = parseSweepConfig('{method: random, parameters: {x: {value: 1}}, team: {cost: 1.0}}')
    expect(config).toMatchObject({ team: { cost: new Float(1) } })
  })

  it('refuses a text of more than a million characters', () => {
    expect(() => parseSweepConfig('#'.repeat(1_000_001))).toThrow(
      expect.objectContaining({ kind: 'too-large' }),
    )
  })

  it('takes two hundred parameters and ten thousand values', () => {
    const parameters = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [
        `p${i}`,
        { values: Array.from({ length: i === 0 ? 10_000 : 3 }, (_, v) => v) },
      ]),
    )
    expect(issuesOf({ method: 'grid', parameters })).toEqual([])
  })

  it('never throws anything but a Problem, whatever it is given', () => {
    const keys = fc.constantFrom(
      'method',
      'parameters',
      'metric',
      'metrics',
      'name',
      'goal',
      'values',
      'value',
      'min',
      'max',
      'q',
      'mu',
      'sigma',
      'a',
      'b',
      'distribution',
      'probabilities',
      'when',
      'early_terminate',
      'type',
      's',
      'eta',
      'run_cap',
      'seed',
      'dispatch',
      'agent',
      'constructor',
      'toString',
      'hasOwnProperty',
      'x',
      'command',
      'controller',
      'retry',
      'target',
      'constraints',
    )
    const leaf = fc.oneof(
      fc.constantFrom<Json>(
        'random',
        'grid',
        'sobol',
        'bayes',
        'uniform',
        'q_beta',
        'log_uniform',
        'hyperband',
        'minimize',
        'x',
        null,
      ),
      fc.constantFrom<Json>(
        new Float(1),
        new Float(Number.NaN),
        new Float(Number.NEGATIVE_INFINITY),
        0,
        1,
        -1,
        2 ** 53,
        1e308,
        0.5,
      ),
      fc.jsonValue() as fc.Arbitrary<Json>,
    )
    const value = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 5, noNullPrototype: true }),
      ),
    })).value
    const config = fc.record(
      {
        method: leaf,
        parameters: fc.dictionary(keys, value, { maxKeys: 4, noNullPrototype: true }),
        metric: value,
        early_terminate: value,
        x: value,
        run_cap: leaf,
      },
      { requiredKeys: ['method', 'parameters'], noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.oneof(config, value), (given) => {
        for (const issue of issuesOf(given)) expect(issue.message).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws anything but a Problem for any text', () => {
    const piece = fc.constantFrom(
      'method: random\n',
      'parameters:\n',
      '  x: ',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '- ',
      '\n',
      ' ',
      '&a ',
      '*a',
      '!!set ',
      '<<: ',
      '"',
      "'",
      '|',
      '1.0',
      '? ',
      '#',
      '%YAML 1.1\n---\n',
      '...',
      '\t',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
        ),
        (text) => {
          issuesOf(text)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

it('turns a metric into a loss and back', () => {
  expect([
    lossOf('maximize', 2),
    lossOf('minimize', 2),
    valueFromLoss('maximize', -2),
    valueFromLoss('minimize', 2),
  ]).toEqual([-2, 2, 2, 2])
})

it('ranks by the metric, or by the first of several', () => {
  const { config } = parseSweepConfig(
    '{method: random, metrics: [{name: a}, {name: b}], parameters: {x: {value: 1}}}',
  )
  expect(metricOf(config)?.name).toBe('a')
})

const FULL = `
method: sobol
program: train.py
command: [python, "\${program}", 1, 1.0]
metric: {name: val_acc, goal: maximize, target: 0.99}
early_terminate: {type: hyperband, min_iter: 3, resource: epoch}
run_cap: 20
seed: 7
dispatch: {agent: digits}
parameters:
  batch: {values: [16, 32]}
  fixed: {value: null}
  lr: {min: 1e-4, max: 0.1}
  layers: {min: 1, max: 4}
  nested:
    parameters:
      p: {min: 0.0, max: 1.0}
      q: {distribution: q_uniform, min: 1, max: 9, q: 2, when: {batch: 16}}
  noise: {distribution: q_normal}
`
