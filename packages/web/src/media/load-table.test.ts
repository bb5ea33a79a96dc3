import { describe, expect, it } from 'vitest'
import { classesOf, type FileReader, loadTable, type TableFile } from './load-table.ts'

const BASE = 'wandb-client-artifact://abc/'
const table = (columns: readonly string[], ...data: readonly (readonly unknown[])[]) => ({
  _type: 'table',
  columns,
  data,
})
/** Files by name; others are missing. */
const reader = (files: Readonly<Record<string, unknown>>): FileReader => ({
  json: async (name) => {
    if (!Object.hasOwn(files, name)) throw new Error(`no ${name}`)
    return files[name]
  },
  list: async (folder) => Object.keys(files).filter((name) => name.startsWith(folder)),
})
const value = (more: object) => ({ _type: 'table-file', ...more })

describe('tables of newer clients', () => {
  const words = table(['id', 'image'], [0, 'Image'])
  const image = { _type: 'image-file', path: 'media/a.png', masks: { p: { _type: 'mask', path: 'm.png' } } }
  const logged = value({ path: 'media/t.table.json', artifact_path: `${BASE}t.table.json` })

  it('have the media of their cells from the artifact, by addresses', async () => {
    const files = { 'media/t.table.json': words, [`${BASE}t.table.json`]: table(['id', 'image'], [0, image]) }
    expect((await loadTable(logged, reader(files))).data).toEqual([
      [
        0,
        {
          ...image,
          path: `${BASE}media/a.png`,
          masks: { p: { _type: 'mask', path: `${BASE}m.png` } },
        },
      ],
    ])
  })

  it('have words and a reason while the artifact is not there', async () => {
    const found = await loadTable(logged, reader({ 'media/t.table.json': words }))
    expect([found.data, found.note]).toEqual([[[0, 'Image']], expect.stringContaining('not there')])
  })

  it('are read from the run alone when no cell has media', async () => {
    const files = { 'media/t.table.json': table(['id'], ['an Image']) }
    expect(await loadTable(logged, reader(files))).toEqual(table(['id'], ['an Image']))
  })
})

it('an incremental table has the rows of all its increments', async () => {
  const files = {
    'media/inc_2.table.json': table(['a'], [2]),
    [`${BASE}0.inc.table.json`]: table(['a'], [0]),
    [`${BASE}1.inc.table.json`]: table(['a'], [1]),
  }
  const previous_increments_paths = [`${BASE}0.inc.table.json`, `${BASE}1.inc.table.json`]
  const logged = {
    _type: 'incremental-table-file',
    path: 'media/inc_2.table.json',
    previous_increments_paths,
  }
  expect((await loadTable(logged, reader(files))).data).toEqual([[0], [1], [2]])
})

it('a partitioned table has the rows of the tables in its folder', async () => {
  const files = {
    [`${BASE}pt.json`]: { _type: 'partitioned-table', parts_path: 'parts' },
    [`${BASE}parts/a.table.json`]: table(['a'], [1]),
    [`${BASE}parts/b.table.json`]: table(['a'], [2]),
    [`${BASE}parts/readme.txt`]: 'x',
  }
  const logged = { _type: 'partitioned-table', artifact_path: `${BASE}pt.json` }
  expect((await loadTable(logged, reader(files))).data).toEqual([[1], [2]])
})

it('a joined table has both sides of equal keys, and the rest of both', async () => {
  const files = {
    [`${BASE}j.json`]: { table1: 't1.table.json', table2: 't2.table.json', join_key: ['id', 'key'] },
    [`${BASE}t1.table.json`]: table(['id', 'x'], [1, 'a'], [2, 'b'], [3, 'c']),
    [`${BASE}t2.table.json`]: table(['x', 'key'], ['A', 1], ['B', 2], ['B2', 2], ['D', 4]),
  }
  const found = await loadTable({ _type: 'joined-table', artifact_path: `${BASE}j.json` }, reader(files))
  expect(found).toEqual({
    columns: ['id', 'x', 'x (2)'],
    data: [
      [1, 'a', 'A'],
      [2, 'b', 'B'],
      [2, 'b', 'B2'],
      [3, 'c', null],
      [4, null, 'D'],
    ],
  })
})

it('refuses files that are no tables', async () => {
  await expect(loadTable(value({ path: 'a' }), reader({ a: { x: 1 } }))).rejects.toThrow('not a table')
})

it('finds the names of the classes of masks and boxes', () => {
  const types = {
    params: {
      type_map: {
        image: {
          params: {
            allowed_types: [
              { wb_type: 'none' },
              { params: { mask_class_maps: { params: { val: { p: { 0: 'ground' } } } } } },
            ],
          },
        },
      },
    },
  }
  const file: TableFile = { columns: ['image'], data: [], column_types: types }
  expect(classesOf(file, 'image')).toEqual({ masks: { p: { 0: 'ground' } }, boxes: {} })
  expect(classesOf(file, 'other')).toEqual({ masks: {}, boxes: {} })
})
