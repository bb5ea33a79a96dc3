import { expect, it } from 'vitest'
import { rasterizePoints } from './point-sprites.ts'

const at = (pixels: Uint8ClampedArray, width: number, x: number, y: number) => [
  ...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
]

it('draws discs with a ring, later ones on top', () => {
  const pixels = rasterizePoints(20, 10, 1, {
    groups: [
      { centers: [5.5, 5.5, 12.5, 5.5], color: '#ff0000' },
      { centers: [14.5, 5.5], color: '#0000ff' },
    ],
    radius: 2,
    ring: { color: '#ffffff', width: 1 },
  })
  expect(at(pixels, 20, 5, 5)).toEqual([255, 0, 0, 255])
  expect(at(pixels, 20, 14, 5)).toEqual([0, 0, 255, 255])
  // The ring of the later disc covers the earlier one.
  expect(at(pixels, 20, 12, 5)).toEqual([255, 255, 255, 255])
  expect(at(pixels, 20, 1, 1)).toEqual([0, 0, 0, 0])
})

it('clips discs at the edge, and scales to device pixels', () => {
  const pixels = rasterizePoints(8, 8, 2, {
    groups: [{ centers: [0, 0, 4, 4], color: '#00ff00' }],
    radius: 1,
  })
  expect(at(pixels, 8, 0, 0)[1]).toBe(255)
  expect(at(pixels, 8, 7, 7)[1]).toBe(255)
  expect(at(pixels, 8, 7, 0)).toEqual([0, 0, 0, 0])
  expect(at(pixels, 8, 4, 4)).toEqual([0, 0, 0, 0])
})
