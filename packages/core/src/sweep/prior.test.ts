import { expect, it } from 'vitest'
import type { Prior } from '../samplers/sampler.ts'
import { mostInformative } from './prior.ts'

it('keeps the best of each sweep, whatever the scale of its losses', () => {
  const priors = ['small', 'large'].flatMap((source, s) =>
    Array.from({ length: 10 }, (_, i): Prior => ({ params: { i }, loss: 1_000 * s + i, source })),
  )
  const kept = mostInformative(priors, 8)
  expect(kept).toHaveLength(8)
  for (const source of ['small', 'large'])
    expect(kept.filter((one) => one.source === source).map(({ loss }) => loss % 1_000)).toEqual(
      expect.arrayContaining([0, 1]),
    )
})
