// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} are macros of W&B
import { metric, plain, range, type Shape } from './config-shape.ts'

/** Whole configs; `parameter-shapes.ts` has single parameters. */
export const SHAPES: readonly Shape[] = [
  { title: 'the shortest', config: plain(), means: { method: 'random', retry: { max_attempts: 3 } } },
  {
    title: 'bayes with hyperband',
    config: plain(`${metric}early_terminate: {type: hyperband, min_iter: 3}\n`, 'bayes'),
    means: { early_terminate: { type: 'hyperband', min_iter: 3, eta: 3, strict: true } },
  },
  {
    title: 'hyperband with s and max_iter',
    config: plain(`${metric}early_terminate: {type: hyperband, s: 2, max_iter: 27}\n`, 'bayes'),
    means: { early_terminate: { s: 2, max_iter: 27 } },
  },
  {
    title: 'hyperband with min_iter and s',
    config: plain(`${metric}early_terminate: {type: hyperband, min_iter: 3, s: 2}\n`),
    warns: ['early_terminate.s is ignored'],
    notes: 1,
  },
  {
    title: 'hyperband with min_iter and max_iter',
    config: plain(`${metric}early_terminate: {type: hyperband, min_iter: 5, max_iter: 50}\n`),
    warns: ['early_terminate.max_iter is ignored'],
    notes: 1,
  },
  {
    title: 'hyperband with all three',
    config: plain(`${metric}early_terminate: {type: hyperband, min_iter: 1, max_iter: 27, s: 2}\n`),
    warns: ['early_terminate.min_iter is ignored'],
    notes: 1,
  },
  {
    title: 'hyperband without any',
    config: plain(`${metric}early_terminate: {type: hyperband}\n`),
    refused: ['early_terminate'],
  },
  {
    title: 'hyperband with a band of 0',
    config: plain(`${metric}early_terminate: {type: hyperband, min_iter: 0}\n`),
    refused: ['early_terminate.min_iter'],
  },
  {
    title: 'early termination of another type',
    config: plain(`${metric}early_terminate: {type: envelope}\n`),
    refused: ['early_terminate.type'],
  },
  {
    title: 'early termination without a metric',
    config: plain('early_terminate: {type: median}\n'),
    refused: ['metric'],
  },
  {
    title: 'early_stopping',
    config: plain(`${metric}early_stopping: {type: hyperband, min_iter: 3}\n`),
    refused: ['early_stopping'],
  },
  { title: 'a typo in metric', config: plain('metirc: {name: loss}\n', 'bayes'), refused: ['metirc'] },
  {
    title: 'typos at every level',
    config: 'method: random\nprogramm: a.py\nparameters: {a: {distribusion: normal, mu: 1}}\n',
    refused: ['programm', 'parameters.a.distribusion'],
  },
  { title: 'no method', config: `parameters: {${range}}\n`, refused: ['method'] },
  { title: 'another method', config: plain('', 'hyperopt'), refused: ['method'] },
  { title: 'a local controller', config: plain('controller: {type: local}\n'), refused: ['controller.type'] },
  { title: 'bayes without a metric', config: plain('', 'bayes'), refused: ['metric'] },
  { title: 'the metric as text', config: plain('metric: loss\n'), refused: ['metric'] },
  { title: 'a metric without a name', config: plain('metric: {goal: minimize}\n'), refused: ['metric.name'] },
  {
    title: 'a goal with a capital',
    config: plain('metric: {name: acc, goal: Maximize}\n', 'bayes'),
    means: { metric: { goal: 'maximize' } },
  },
  {
    title: 'a short goal',
    config: plain('metric: {name: acc, goal: max}\n', 'bayes'),
    means: { metric: { goal: 'maximize' } },
  },
  {
    title: 'a goal that is none',
    config: plain('metric: {name: acc, goal: up}\n', 'bayes'),
    refused: ['metric.goal'],
  },
  {
    title: 'no goal',
    config: plain('metric: {name: val/acc.max}\n', 'bayes'),
    means: { metric: { name: 'val/acc.max', goal: 'minimize' } },
  },
  {
    title: 'a target',
    config: plain('metric: {name: acc, goal: maximize, target: 0.99}\n', 'bayes'),
    means: { metric: { target: 0.99 } },
  },
  {
    title: 'imputation',
    config: plain('metric: {name: acc, impute: best}\n'),
    warns: ['metric.impute is ignored'],
  },
  {
    title: 'keys of Launch',
    config: plain('job: x\nimage_uri: y\n'),
    warns: ['job is ignored', 'image_uri is ignored'],
  },
  {
    title: 'an unknown key',
    config: plain('notes: mine\n'),
    warns: ['notes is unknown'],
    means: { notes: 'mine' },
  },
  {
    title: 'an anchor under a private key',
    config: `_rate: &rate {min: 0.1, max: 0.9}\nmethod: random\nparameters: {a: *rate, b: {<<: *rate, max: 0.5}}\n`,
    warns: ['_rate is unknown'],
    means: { parameters: { b: { min: 0.1, max: 0.5 } } },
  },
  {
    title: 'an empty description',
    config: plain('description:\n'),
    warns: ['description is empty'],
    notes: 1,
  },
  {
    title: 'a number as name',
    config: plain('name: 42\n'),
    warns: ['name is the number 42'],
    means: { name: '42' },
  },
  {
    title: 'run_cap as text',
    config: plain('run_cap: "10"\n'),
    warns: ['without quotes'],
    means: { run_cap: 10 },
  },
  { title: 'run_cap 0', config: plain('run_cap: 0\n'), refused: ['run_cap'] },
  { title: 'the command as text', config: plain('command: python x.py\n'), refused: ['command'] },
  {
    title: 'macros of a command',
    config: plain(
      'program: my dir/train.py\ncommand: ["${env}", python, "${program}", "${args_no_boolean_flags}", "${envvar:HOME}", 1]\n',
    ),
    means: {
      program: 'my dir/train.py',
      command: ['${env}', 'python', '${program}', '${args_no_boolean_flags}', '${envvar:HOME}', 1],
    },
  },
  {
    title: 'Hydra overrides',
    config: plain('command: [python, main.py, "${args_no_hyphens}", +x=1]\n'),
    means: { command: ['python', 'main.py', '${args_no_hyphens}', '+x=1'] },
  },
  {
    title: 'a grid',
    config: 'method: grid\nparameters: {a: {values: [1, 2]}, b: {values: [x, y]}}\n',
    means: { method: 'grid' },
  },
  { title: 'a grid of a real range', config: plain('', 'grid'), refused: ['parameters.lr'] },
  {
    title: 'a grid with probabilities',
    config: 'method: grid\nparameters: {a: {values: [1, 2], probabilities: [0.5, 0.5]}}\n',
    refused: ['parameters.a'],
  },
  {
    title: 'a grid of 10^16 cells',
    config: `method: grid\nparameters: {${Array.from({ length: 16 }, (_, i) => `p${i}: {min: 1, max: 10}`).join(', ')}}\n`,
  },
  {
    title: 'a grid with more runs than cells',
    config: 'method: grid\nrun_cap: 20\nparameters: {a: {values: [1, 2]}}\n',
    warns: ['have only 2 points'],
  },
  {
    title: 'random over lists',
    config: 'method: random\nparameters: {a: {values: [1, 2]}, b: {values: [x, y]}}\n',
    warns: ['the sweep ends after 4'],
    notes: 1,
  },
  {
    title: 'random over lists with a greater cap',
    config: 'method: random\nrun_cap: 9\nparameters: {a: {values: [1, 2]}}\n',
    warns: ['run_cap is 9'],
  },
  {
    title: 'repeats of one config',
    config: 'method: random\nrun_cap: 5\nparameters: {a: {value: 1}}\n',
    warns: ['have only 1 point'],
  },
]
