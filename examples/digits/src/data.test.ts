import { expect, it } from 'vitest'
import { CLASSES, type Digits, loadDigits, PIXELS } from './data.ts'

it('has equally many images of every digit in both sets', async () => {
  const { train, validation } = await loadDigits()
  for (const { count, labels } of [train, validation]) {
    const counts = Array.from(
      { length: CLASSES },
      (_, digit) => labels.filter((label) => label === digit).length,
    )
    expect(counts).toEqual(Array.from({ length: CLASSES }, () => count / CLASSES))
  }
})

it('has pixels in [0, 1] and no empty image', async () => {
  const { train, validation } = await loadDigits()
  for (const set of [train, validation]) {
    expect(set.images.every((ink) => ink >= 0 && ink <= 1)).toBe(true)
    expect(rows(set).every((image) => image.some((ink) => ink > 0.5))).toBe(true)
  }
})

it('validates on images that are not in the training set', async () => {
  const { train, validation } = await loadDigits()
  const seen = new Set(rows(train).map(String))
  expect(rows(validation).filter((image) => seen.has(String(image)))).toHaveLength(0)
})

it('reads the package once', () => {
  expect(loadDigits()).toBe(loadDigits())
})

const rows = ({ images, count }: Digits) =>
  Array.from({ length: count }, (_, at) => images.subarray(at * PIXELS, (at + 1) * PIXELS))
