import { expect, it } from 'vitest'
import { loggedText } from './logged-text.ts'

it.each([
  [0.5, '0.5'],
  ['text', 'text'],
  [{ a: 1 }, '{"a":1}'],
  [{ _type: 'histogram', values: [1, 2, 3], bins: [0, 1, 2, 3] }, 'histogram, 3 bins'],
  [
    {
      _type: 'image-file',
      path: 'media/images/x_0_ab.png',
      width: 28,
      height: 28,
      size: 1_200,
      sha256: 'ab',
    },
    'image, 28 × 28, 1.2 KB, x_0_ab.png',
  ],
  [{ _type: 'images/separated', count: 4, width: 28, height: 28, filenames: ['a'] }, '4 images, 28 × 28'],
  [
    { _type: 'table-file', ncols: 3, nrows: 10, size: 400, path: 'media/table/t.json' },
    'table, 10 rows × 3 columns, 400 B, t.json',
  ],
  [{ _type: 'plotly-file', size: 9_000, path: 'media/plotly/p.json' }, 'plotly, 9 KB, p.json'],
])('says %j in words', (value, text) => {
  expect(loggedText(value)).toBe(text)
})
