import { metric, one, parameter, plain, type Shape } from './config-shape.ts'

export const PARAMETER_SHAPES: readonly Shape[] = [
  {
    title: 'values of all types',
    config: one('{values: [null, true, "", [1, 2], {b: 1}, 1, 2.5, text]}'),
    means: parameter({ values: [null, true, '', [1, 2], { b: 1 }, 1, 2.5, 'text'] }),
  },
  {
    title: 'numbers in quotes',
    config: one('{values: ["1e-5", "1e-4"]}'),
    warns: ['for numbers write 1.0e-5, 1.0e-4'],
    means: parameter({ values: ['1e-5', '1e-4'] }),
  },
  { title: 'an empty list', config: one('{values: []}'), refused: ['parameters.a.values'] },
  { title: 'a single value for a list', config: one('{values: 3}'), refused: ['parameters.a.values'] },
  {
    title: 'a constant',
    config: one('{value: 0.5}'),
    means: parameter({ distribution: 'constant', value: 0.5 }),
  },
  { title: 'a bare number', config: one('5'), refused: ['parameters.a'] },
  { title: 'a bare list', config: one('[1, 2]'), refused: ['parameters.a'] },
  { title: 'a forgotten space', config: one('"values:[1, 2]"'), refused: ['parameters.a'] },
  { title: 'a colon too many', config: one('{"values:": [1, 2]}'), refused: ['parameters.a.values:'] },
  {
    title: 'integers 0 to 1',
    config: one('{min: 0, max: 1}'),
    warns: ['write 0.0 and 1.0'],
    means: parameter({ distribution: 'int_uniform' }),
  },
  {
    title: 'a range of integers',
    config: one('{min: 16, max: 256}'),
    means: parameter({ distribution: 'int_uniform' }),
  },
  {
    title: 'int_uniform with floats',
    config: one('{distribution: int_uniform, min: 2.0, max: 8.0}'),
    warns: ['min: 2.0 is taken as', 'max: 8.0 is taken as'],
    means: parameter({ min: 2, max: 8 }),
  },
  { title: 'min equal to max', config: one('{min: 0.5, max: 0.5}'), warns: ['always 0.5'] },
  { title: 'min above max', config: one('{min: 1.5, max: 0.5}'), refused: ['parameters.a'] },
  {
    title: 'log_uniform_values',
    config: one('{distribution: log_uniform_values, min: 1e-5, max: 1e-1}'),
    means: parameter({ min: 1e-5, max: 0.1 }),
  },
  {
    title: 'exponents of log_uniform',
    config: one('{distribution: log_uniform, min: -9.2, max: -2.3}'),
    warns: ['exponents of e'],
  },
  {
    title: 'values for log_uniform',
    config: one('{distribution: log_uniform, min: 0.0001, max: 1000}'),
    refused: ['parameters.a.max'],
  },
  {
    title: 'quantized inside',
    config: one('{distribution: q_uniform, min: 0, max: 10, q: 2}'),
    means: parameter({ q: 2, rounding: 'inside' }),
  },
  {
    title: 'quantized across an end',
    config: one('{distribution: q_uniform, min: 2, max: 10, q: 5}'),
    warns: ['in the range, 5 to 10; W&B rounds to 0 to 10'],
  },
  {
    title: 'quantized as W&B',
    config: one('{distribution: q_uniform, min: 2, max: 10, q: 5, rounding: nearest}'),
    means: parameter({ rounding: 'nearest' }),
  },
  {
    title: 'no multiple of q',
    config: one('{distribution: q_log_uniform_values, min: 17, max: 30, q: 16}'),
    refused: ['parameters.a.q'],
  },
  {
    title: 'normal',
    config: one('{distribution: normal, mu: 0.5, sigma: 0.1}'),
    means: parameter({ mu: 0.5, sigma: 0.1 }),
  },
  {
    title: 'normal with mean and std',
    config: one('{distribution: normal, mean: 1, std: 2}'),
    refused: ['parameters.a.mean', 'parameters.a.std'],
  },
  {
    title: 'normal with bounds',
    config: one('{distribution: normal, min: 0, max: 1}'),
    refused: ['parameters.a.min', 'parameters.a.max'],
  },
  { title: 'a step', config: one('{min: 1, max: 9, step: 2}'), refused: ['parameters.a.step'] },
  { title: 'a type', config: one('{type: int, min: 1, max: 9}'), refused: ['parameters.a.type'] },
  {
    title: 'a description of a parameter',
    config: one('{min: 1, max: 9, description: layers}'),
    warns: ['parameters.a.description is unknown'],
  },
  { title: 'beta', config: one('{distribution: beta, a: 2, b: 5}'), means: parameter({ a: 2, b: 5 }) },
  {
    title: 'weights',
    config: one('{values: [1, 2], probabilities: [1, 3]}'),
    warns: ['normalized'],
    means: parameter({ probabilities: [0.25, 0.75] }),
  },
  {
    title: 'too few weights',
    config: one('{values: [1, 2], probabilities: [1]}'),
    refused: ['parameters.a.probabilities'],
  },
  {
    title: 'a nested group',
    config: one('{parameters: {b: {parameters: {c: {value: 1}}}}}'),
    means: { parameters: { a: { parameters: { b: { parameters: { c: { value: 1 } } } } } } },
  },
  { title: 'a group without parameters', config: one('{b: {value: 1}}'), refused: ['parameters.a'] },
  {
    title: 'odd names',
    config:
      'method: random\nparameters: {model.lr: {min: 0.1, max: 0.9}, constructor: {value: 1}, toString: {value: 2}, on: {value: 3}}\n',
    means: {
      parameters: { 'model.lr': {}, constructor: { value: 1 }, toString: { value: 2 }, on: { value: 3 } },
    },
  },
  {
    title: 'a name with a slash',
    config: 'method: random\nparameters: {opt/lr: {min: 0.1, max: 0.9}}\n',
    warns: ['its tools may refuse this one'],
  },
  {
    title: 'words of YAML 1.1',
    config: one('{values: [yes, no, 10_000]}'),
    yaml: true,
    warns: ['line 4: yes', 'line 4: no', 'line 4: 10_000'],
    means: parameter({ values: [true, false, 10_000] }),
  },
  {
    title: 'octal, binary and times',
    config: one('{values: [010, 0b101, 0o17, 1:30]}'),
    yaml: true,
    warns: ['octal number 8', 'the number 5', 'the number 15', 'is read as text'],
    means: parameter({ values: [8, 5, 15, '1:30'] }),
  },
  {
    title: 'commit hashes',
    config: one('{values: [12e5678, 7e10a3b]}'),
    yaml: true,
    warns: ['12e5678 is too large'],
    means: parameter({ values: ['12e5678', '7e10a3b'] }),
  },
  {
    title: 'tags',
    config: one('{values: [!!float 1, !!float "1e-5", !!str x, !!bool yes]}'),
    means: parameter({ values: [1, 1e-5, 'x', true] }),
  },
  {
    title: 'Windows lines, a mark of the byte order',
    config: `\uFEFF${plain(metric)}`.replaceAll('\n', '\r\n'),
    means: { method: 'random' },
  },
  { title: 'an empty space', config: 'method: random\nparameters: {}\n', refused: ['parameters'] },
]
