import { describe, expect, it } from 'vitest'
import { globalId, partsOf } from './global-id.ts'

describe('global ids', () => {
  it('are standard base64 with padding, whatever the length and the characters of their parts', () => {
    for (const project of ['ref', 'ref1', 'ref22', '~~~???>>>', 'π'.repeat(5)]) {
      const id = globalId('Artifact', 'acme', project, 'net', 'u')
      expect(Buffer.from(id, 'base64').toString('base64')).toBe(id)
      expect(partsOf('Artifact', 4, id)).toEqual(['acme', project, 'net', 'u'])
    }
  })

  it('of earlier versions, base64url without padding, stay readable', () => {
    const old = Buffer.from(JSON.stringify(['Run', 'acme', '~~~???>>>', 'r'])).toString('base64url')
    expect(old).toMatch(/[-_]/)
    expect(partsOf('Run', 3, old)).toEqual(['acme', '~~~???>>>', 'r'])
  })
})
