import { expect, it } from 'vitest'
import { fileTree } from './file-tree.ts'

it('sorts files into folders, with sizes of all below', () => {
  const files = ['a/b/one', 'a/two', 'three', '/odd'].map((name, i) => ({ name, size: i + 1 }))
  const root = fileTree(files)
  expect([root.size, root.count, root.files.map(({ name }) => name)]).toEqual([10, 4, ['three']])
  const [a, odd] = root.folders
  expect([a!.path, a!.name, a!.size]).toEqual(['a/', 'a', 3])
  expect(a!.folders[0]!.files.map(({ name }) => name)).toEqual(['a/b/one'])
  expect([odd!.name, odd!.files.map(({ name }) => name)]).toEqual(['', ['/odd']])
})
