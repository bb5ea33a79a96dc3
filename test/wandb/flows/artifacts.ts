/** What is logged as an artifact is there when it is read back. */
import assert from 'node:assert/strict'
import { type Group, ok, printedValue } from '../flow.ts'

export const ARTIFACTS: Group = [
  {
    title: 'files and artifacts',
    core: true,
    run: async ({ client }) => {
      const output = ok(await client.run('python', ['files.py'], 120, { PROJECT: `files-${client.version}` }))
      for (const name of ['SAVED', 'LOGGED']) assert.equal(printedValue(output, name), 'True', output)
    },
  },
  {
    title: 'artifacts: references, incremental, distributed, drafts, orders, odd names',
    core: false,
    run: async ({ client }) => {
      printedValue(ok(await client.run('python', ['artifact_kinds.py'], 240)), 'RESULT')
    },
  },
  {
    title: 'artifacts: collections, links, lineage',
    core: false,
    run: async ({ client }) => {
      printedValue(ok(await client.run('python', ['artifact_collections.py'], 180)), 'RESULT')
    },
  },
  {
    title: 'model registry',
    core: false,
    run: async ({ client }) => {
      printedValue(ok(await client.run('python', ['registry.py'], 180)), 'RESULT')
    },
  },
]
