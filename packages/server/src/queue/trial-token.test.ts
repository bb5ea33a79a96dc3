import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Queue, TrialMessage } from './queue.ts'
import { isTrialToken, readTrialToken, trialToken, withTrialTokens } from './trial-token.ts'

const run = { entity: 'acme', project: 'digits', run: 'x7-1' }
const NOW = Date.UTC(2030, 0, 1)

it('is read with the secret and for the run that it was signed for, and says when it ends', () => {
  const token = trialToken('secret', run, NOW)
  expect(isTrialToken(token)).toBe(true)
  expect(readTrialToken('secret', run, token)).toEqual({ expiresAt: NOW })
  expect(readTrialToken('other', run, token)).toBeUndefined()
})

it('is for one run, however names are cut', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.string(), fc.string(), fc.string()),
      fc.tuple(fc.string(), fc.string(), fc.string()),
      (a, b) => {
        const [one, other] = [a, b].map(([entity, project, run]) => ({ entity, project, run }))
        const isSame = JSON.stringify(one) === JSON.stringify(other)
        expect(readTrialToken('secret', other!, trialToken('secret', one!, NOW)) !== undefined).toBe(isSame)
      },
    ),
    {
      examples: [
        [
          ['ab', 'c', 'd'],
          ['a', 'bc', 'd'],
        ],
      ],
    },
  )
})

it('cannot be extended, and other texts are no tokens', () => {
  const [prefix, , mac] = trialToken('secret', run, NOW).split('.')
  expect(readTrialToken('secret', run, `${prefix}.${(NOW + 1).toString(36)}.${mac}`)).toBeUndefined()
  for (const text of ['', 'trial1.', 'trial1.x.', `trial1..${mac}`, `${prefix}.zz.${mac}00`, 'a'.repeat(40)])
    expect(readTrialToken('secret', run, text)).toBeUndefined()
})

it('comes with each message of the queue, and ends with the 14 days for which a queue keeps it', async () => {
  const sent: TrialMessage[] = []
  const queue: Queue = {
    agents: ['digits'],
    send: async (_, messages) => {
      sent.push(...messages)
    },
  }
  const signed = withTrialTokens(queue, 'secret', { now: () => NOW })
  expect(signed.agents).toEqual(['digits'])
  const message: TrialMessage = { v: 1, ...run, sweep: 'x7', number: 1, attempt: 1 }
  await signed.send('digits', [message, { ...message, run: 'x7-2', number: 2 }])
  for (const { token = '', ...rest } of sent)
    expect(readTrialToken('secret', rest, token)).toEqual({ expiresAt: NOW + 14 * 86_400_000 })
})
