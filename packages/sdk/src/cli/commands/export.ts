import type { TrialBody } from '@chimney/core/schema/api'
import { type Command, UsageError } from '../command.ts'
import { csvOf } from '../csv.ts'
import { flattenParams } from '../render.ts'

const FIELDS = [
  'number',
  'run',
  'state',
  'value',
  'attempt',
  'rung',
  'reason',
  'agent',
  'created_at',
  'updated_at',
] as const

export const exportTrials: Command = {
  name: 'export',
  usage: 'PATH [--format csv|json] [--raw]',
  summary: 'Write all trials of a sweep to standard output.',
  details:
    'CSV follows RFC 4180, a column per parameter (params.lr, params.optimizer.name). Texts that a spreadsheet would\nrun as a formula begin with an apostrophe, unless --raw; JSON is always exact.',
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'csv (default) or json' },
    raw: { type: 'boolean', help: 'leave texts that look like formulas alone' },
  },
  examples: ['chimney export digits/abc123de > trials.csv', 'chimney export digits/abc123de --format json'],
  arity: [1, 1],
  run: async ({ io, words, json, text, flag, client }) => {
    const format = text('format') ?? (json ? 'json' : 'csv')
    if (format !== 'csv' && format !== 'json')
      throw new UsageError(`--format must be csv or json, not "${format}"`)
    const trials: TrialBody[] = []
    for await (const trial of client().trials(words[0] ?? '')) trials.push(trial)
    io.out(format === 'json' ? `${JSON.stringify(trials, null, 2)}\n` : csvOf(tableOf(trials), flag('raw')))
    return 0
  },
}

/** A head line, then a row a trial. */
export const tableOf = (trials: readonly TrialBody[]): unknown[][] => {
  const params = trials.map((trial) => flattenParams(trial.params))
  const names = [...new Set(params.flatMap(Object.keys))]
  return [
    [...FIELDS, ...names.map((name) => `params.${name}`)],
    ...trials.map((trial, at) => [
      ...FIELDS.map((field) => trial[field]),
      ...names.map((name) => params[at]?.[name]),
    ]),
  ]
}
