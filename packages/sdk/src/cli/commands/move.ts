import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { Command } from '../command.ts'

const move = (name: string, state: SweepBody['state'], summary: string, done: string): Command => ({
  name,
  usage: 'PATH',
  summary,
  examples: [`chimney ${name} digits/abc123de`],
  arity: [1, 1],
  run: async ({ io, words, json, client }) => {
    const body = await client().updateSweep(words[0] ?? '', { state })
    io.out(
      json
        ? `${JSON.stringify(body, null, 2)}\n`
        : `Sweep ${body.path} ${done}. It is ${body.state} now, ${body.trials.open} trials open.\n`,
    )
    return 0
  },
})

export const pause = move(
  'pause',
  'paused',
  'Give out no new trials until resumed; running ones go on.',
  'is paused',
)
export const resume = move('resume', 'running', 'Give out trials again.', 'is resumed')
export const stop = move(
  'stop',
  'finished',
  'Finish the sweep: no new trials, running ones end in peace.',
  'takes no more trials',
)
export const cancel = move(
  'cancel',
  'cancelled',
  'Cancel the sweep: running trials are told to stop.',
  'is cancelled',
)
