import { readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Files and folders that use the terms of the field alone, in names, comments, strings and text. */
const ROOMS = [
  '.ci',
  '.github',
  '.dependency-cruiser.mjs',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'docs',
  'examples',
  'packages/core/src',
  'packages/local/src',
  'packages/sdk/src',
  'packages/server/src',
  'README.md',
  'stacks',
  'test/faults',
  'test/load',
  'test/rooms',
  'test/suites',
  'test/wandb',
  'vitest.config.ts',
]

/** Discouraged terms, as words or as parts of a name such as `toldOf`, and what to write instead. */
const TERMS: readonly (readonly [term: string, instead: string])[] = [
  ['told|tells?|telling', 'report, return or say'],
  ['nobody|somebody|whoever|anybody', 'the name of the actor: the caller, another writer, a user'],
  ['shall', 'must or should'],
  ['dear', 'expensive'],
  ['in vain', 'without effect'],
  ['by (?:it|them)sel(?:f|ves)', 'automatically'],
  ['in peace', 'until they finish'],
  ['of (?:its|their|his) own', 'its own X'],
  ['what is theirs', 'the name of the thing'],
  ['no thought', 'no tuning'],
  ["hair's breadth", 'a margin in numbers'],
  ['mends?|mended|mending', 'repair'],
  ['begun', 'started'],
  ['wish(?:es)?', 'request or spec'],
  ['desks?', 'dead-letter queue'],
  ['closers?', 'disposables'],
  ['foretells?', 'predict'],
  ['lattices?', 'grid or discrete values'],
  ['laws?', 'distribution'],
  ['climbs?|climbing', 'local search'],
  ['doors?', 'HTTP API or W&B API'],
  ['sign of life', 'heartbeat'],
]

/** Texts of others, and wire names, that may contain a term. */
const QUOTATIONS = [
  'somebody-else',
  'study.tell',
  'power law',
  'cmaTell', // the ask-and-tell interface of CMA-ES
  'IN NO EVENT SHALL', // a licence
  'told-$', // a stored name
  'grid-has-begun', // a problem code
]

const patterns = TERMS.map(([term, instead]) => ({ pattern: new RegExp(`\\b(?:${term})\\b`), instead }))
/** The words of a line, also those within names: `toldOf` and `TOLD_OF` are "told of". */
const wordsOf = (line: string): string =>
  line
    .replace(/(?<=[a-z])(?=[A-Z])|_/g, ' ')
    .toLowerCase()
    .replaceAll('’', "'")

const filesOf = (room: string): string[] =>
  (statSync(room).isFile()
    ? [room]
    : readdirSync(room, { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`)
  ).filter(
    (path) => statSync(path).isFile() && !/\/(node_modules|generated|dist)\/|\.(png|json|gz)$/.test(path),
  )

it.each(ROOMS)('%s uses the terms of the field', (room) => {
  const found: string[] = []
  for (const file of filesOf(room))
    for (const [at, line] of [file, ...readFileSync(file, 'utf8').split('\n')].entries()) {
      const words = wordsOf(QUOTATIONS.reduce((text, quotation) => text.replaceAll(quotation, ''), line))
      for (const { pattern, instead } of patterns) {
        const [term] = pattern.exec(words) ?? []
        if (term !== undefined) found.push(`${file}:${at}: "${term}": write ${instead}`)
      }
    }
  expect(found).toEqual([])
})
