import { Problem } from '@chimney/core/schema/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as keys from './item-keys.ts'

// Hostile names: separators of keys, paths and expressions, and all of Unicode.
const name = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.string({ minLength: 1, unit: fc.constantFrom('#', '/', '%', '@', ':', '~', '2', '3', 'ä', '𝔸') }),
)
const project = fc.record({ entity: name, project: name })
const sweep = fc.record({ entity: name, project: name, sweep: name })
const run = fc.record({ entity: name, project: name, run: name })
const number = fc.integer({ min: 1, max: 10_000_000 })
const rung = fc.double({ noNaN: true }).map((value) => value + 0)
const index = fc.maxSafeNat()

describe('parse(build(key)) is key', () => {
  it('for sweeps, runs, projects and trials', () => {
    fc.assert(
      fc.property(sweep, run, project, number, (sweep, run, project, number) => {
        expect(keys.parseSweepPk(keys.sweepPk(sweep))).toEqual(sweep)
        expect(keys.parseRunPk(keys.runPk(run))).toEqual(run)
        expect(keys.parseProjectKey(keys.projectKey(project))).toEqual(project)
        expect(keys.parseTrialKey(keys.trialKey({ ...sweep, number }))).toEqual({ ...sweep, number })
      }),
    )
  })

  it('for rungs and chunks', () => {
    fc.assert(
      fc.property(sweep, run, rung, number, index, (sweep, run, rung, number, first) => {
        expect(keys.parseRungSk(keys.rungKey(sweep, rung, number).sk)).toEqual({ rung, number })
        const id = { first, attempt: number, digest: 'aB_-0' }
        expect(keys.parseChunkSk(keys.chunkKey(run, 'console', id).sk)).toEqual(id)
      }),
    )
  })
})

/** DynamoDB's text order, for the bytes that occur in keys. */
const within = (range: keys.ItemRange, { pk, sk }: keys.ItemKey) =>
  pk === range.pk &&
  ('prefix' in range
    ? sk.startsWith(range.prefix)
    : 'from' in range
      ? sk >= range.from && sk <= range.to
      : true)

describe('a range holds exactly its items', () => {
  it('of trials, by number', () => {
    fc.assert(
      fc.property(sweep, number, number, number, (sweep, at, from, to) => {
        const item = keys.trialKey({ ...sweep, number: at })
        expect(within(keys.trialRange(sweep, from, to), item)).toBe(at >= from && at <= to)
        expect(within(keys.trialRange(sweep, from), item)).toBe(at >= from)
      }),
    )
  })

  it('of chunks, by first index', () => {
    fc.assert(
      fc.property(run, index, index, index, (run, first, from, to) => {
        const item = keys.chunkKey(run, 'metrics', { first, attempt: 2, digest: '_z' })
        expect(within(keys.chunkRange(run, 'metrics', from, to), item)).toBe(first >= from && first <= to)
        expect(within(keys.chunkRange(run, 'system', from, to), item)).toBe(false)
      }),
    )
  })

  it('of a rung', () => {
    fc.assert(
      fc.property(sweep, rung, rung, number, (sweep, one, other, number) => {
        expect(within(keys.rungRange(sweep, one), keys.rungKey(sweep, other, number))).toBe(one === other)
      }),
    )
  })
})

it('gives different things different partitions', () => {
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      const pks = [
        keys.sweepPk({ entity: a, project: b, sweep: c }),
        keys.runPk({ entity: a, project: b, run: c }),
        keys.pointerKey(a).pk,
        keys.projectKey({ entity: a, project: b }).pk,
        keys.apiKeyKey(a).pk,
        keys.receiptKey(a).pk,
      ]
      expect(new Set(pks).size).toBe(pks.length)
    }),
  )
})

it('keeps every key within the limits of DynamoDB for the longest names', () => {
  const [blank, wide] = [`a${' '.repeat(126)}a`, '木'.repeat(128)]
  const key = { entity: blank, project: blank, run: wide }
  expect(Buffer.byteLength(keys.runPk(key))).toBeLessThanOrEqual(2048)
  expect(Buffer.byteLength(keys.byCreation(8.64e15, keys.runPk(key)))).toBeLessThanOrEqual(1024)
  expect(Buffer.byteLength(keys.byDigest(keys.runPk(key)))).toBeLessThanOrEqual(1024)
})

it('sorts lists by creation', () => {
  fc.assert(
    fc.property(fc.nat(8.64e15), fc.nat(8.64e15), (a, b) => {
      fc.pre(a !== b)
      expect(keys.byCreation(a, 'x') < keys.byCreation(b, 'y')).toBe(a < b)
    }),
  )
})

it('refuses a name that is not well-formed Unicode', () => {
  expect(() => keys.runPk({ entity: 'e', project: 'p', run: '\ud800' })).toThrow(Problem)
})
