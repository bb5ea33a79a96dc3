import { dynamoIo } from '@chimney/server/store/dynamo/io'
import { createTable } from '@chimney/server/store/dynamo/table'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDynamo } from './in-process-dynamo.ts'
import { type Bounds, knownRanges, SMALL } from './known-ranges.ts'

const key = (sort: string) => `item-t~abc123/70/${sort}/`
const all: Bounds = { gte: 'item-t~abc123/70/', lt: 'item-t~abc123/70/~', reverse: false, limit: -1 }

describe('a range that was scanned', () => {
  it('is known until a key comes or goes, in its bounds', () => {
    const ranges = knownRanges()
    const learn = () => ranges.scan(all)([key('1'), key('3')])
    learn()
    ranges.wrote(key('1'), 'put')
    ranges.wrote(key('2'), 'del')
    ranges.wrote('item-t~abc123/71/2/', 'put')
    expect(ranges.keysOf(all)).toEqual([key('1'), key('3')])
    expect(ranges.keysOf({ ...all, limit: 1 })).toBeUndefined()
    for (const change of [
      () => ranges.wrote(key('2'), 'put'),
      () => ranges.wrote(key('3'), 'del'),
      () => ranges.forget(key('9')),
    ]) {
      learn()
      change()
      expect(ranges.keysOf(all)).toBeUndefined()
    }
  })

  it('is not known when a write came during the scan, or when it is large', () => {
    const ranges = knownRanges()
    const learn = ranges.scan(all)
    ranges.wrote(key('2'), 'put')
    learn([key('1')])
    expect(ranges.keysOf(all)).toBeUndefined()
    ranges.scan(all)(Array.from({ length: SMALL + 1 }, (_, k) => key(String(k))))
    expect(ranges.keysOf(all)).toBeUndefined()
  })
})

it('queries have what concurrent writes have put and removed, whatever was read before', async () => {
  const dynamo = await openDynamo()
  await createTable(dynamo.client, 'chimney')
  const io = dynamoIo({ client: dynamo.client, table: 'chimney' })
  let partitions = 0
  const step = fc.record({
    sk: fc.integer({ min: 0, max: 12 }),
    kind: fc.constantFrom('put', 'remove', 'read'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 12 }), async (rounds) => {
      const pk = `p${partitions++}`
      const expected = new Set<string>()
      const read = async () => (await io.query('read', { pk, prefix: 's' })).map(({ sk }) => sk)
      for (const round of rounds) {
        const distinct = new Map(round.map((each) => [each.sk, each]))
        await Promise.all(
          [...distinct.values()].map(({ sk, kind }) => {
            const at = { pk, sk: `s${String(sk).padStart(2, '0')}` }
            if (kind === 'read') return read()
            if (kind === 'put') expected.add(at.sk)
            else expected.delete(at.sk)
            return kind === 'put' ? io.put('put', at, {}) : io.remove('remove', at)
          }),
        )
        expect(await read()).toEqual([...expected].sort())
        expect(await read()).toEqual([...expected].sort())
      }
    }),
    { numRuns: 60, seed: 7 },
  )
  await dynamo.stop()
})
