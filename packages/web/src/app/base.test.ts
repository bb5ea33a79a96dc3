import { expect, it } from 'vitest'
import { prefixOf } from './base.ts'

it.each([
  ['https://host/assets/index-1a.js', ''],
  ['https://host/chimney/assets/index-1a.js', '/chimney'],
  ['https://host/tools/chimney/assets/index-1a.js', '/tools/chimney'],
  ['http://localhost:5173/src/app/base.ts', ''],
  ['file:///home/me/assets/base.ts', ''],
])('the prefix of %s is %j', (file, prefix) => {
  expect(prefixOf(file)).toBe(prefix)
})
