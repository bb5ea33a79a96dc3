import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'
import { damageOf } from './damage-of.ts'
import { unsnappy } from './snappy.ts'

const text = (words: string) => new TextEncoder().encode(words)

describe('crc32c', () => {
  it('has the values of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  })

  it('continues', () => {
    expect(crc32c(text('world'), crc32c(text('hello ')))).toBe(crc32c(text('hello world')))
  })
})

describe('unsnappy', () => {
  it('copies literals and overlapping copies', () => {
    // Length 10, the literal "ab", a copy of 8 from 2 before.
    expect(unsnappy(Uint8Array.of(10, 0x04, 0x61, 0x62, (8 - 4) * 4 + 1, 2))).toEqual(text('ababababab'))
  })

  it('ends for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(['string', 'undefined']).toContain(typeof damageOf('000001.ldb', bytes, []))
        expect(['string', 'undefined']).toContain(typeof damageOf('000001.log', bytes, []))
        expect(['string', 'undefined']).toContain(typeof damageOf('MANIFEST-000001', bytes, []))
      }),
    )
  })
})
