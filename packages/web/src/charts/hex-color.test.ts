import { expect, it } from 'vitest'
import { channelsOf } from './hex-color.ts'

it('reads colours as they are written, and as a build shortens them', () => {
  expect(channelsOf('#3a1a86')).toEqual([58, 26, 134])
  expect(channelsOf('#fA0')).toEqual([255, 170, 0])
})

it.each(['white', '#12345', ''])('says that it cannot read %j', (color) => {
  expect(() => channelsOf(color)).toThrow('is no colour of the form #rrggbb')
})
