import { expect, it } from 'vitest'
import { parseHexColor } from './hex-color.ts'

it('reads colours as they are written, and as a build shortens them', () => {
  expect(parseHexColor('#3a1a86')).toEqual([58, 26, 134])
  expect(parseHexColor('#fA0')).toEqual([255, 170, 0])
})

it.each(['white', '#12345', ''])('says that it cannot read %j', (color) => {
  expect(() => parseHexColor(color)).toThrow('is no colour of the form #rrggbb')
})
